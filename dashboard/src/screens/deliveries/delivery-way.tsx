import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { CopyId } from '../../ui/copy.js';
import { Moment } from '../../ui/moment.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { bodySize } from './body-size.js';
import { useAttempts, useEvent, type DeliveryDetail } from './delivery-queries.js';
import { ReachedEndpoints } from './reached-endpoints.js';
import { ReachedSessions } from './reached-sessions.js';
import { Clock, WayStep } from './way-step.js';

interface Part {
  readonly delivery: DeliveryDetail;
  readonly source: Schemas['Source'] | undefined;
}

const { way } = words.deliveries;

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <p className="min-w-0 break-words">
    <span className="text-muted">{name}</span> {children}
  </p>
);

const DeliveryLink = ({ id }: { readonly id: string }): ReactNode => {
  const { id: ws } = useWorkspace();
  return (
    <Link to="/w/$ws/deliveries/$id" params={{ ws, id }} className="font-mono text-xs text-accent underline">
      {id}
    </Link>
  );
};

function Received({ delivery, source }: Part): ReactNode {
  const { method, headers, receivedAt } = delivery;
  const size = bodySize(delivery);
  const facts = [
    [way.forwarded, headers['x-forwarded-for']],
    [way.agent, headers['user-agent']],
    [way.contentType, headers['content-type']],
  ] as const;
  return (
    <WayStep name={way.received} tone="good" at={receivedAt}>
      <p>
        {way.receivedBy(method, size === undefined ? undefined : way.bytes(size))}{' '}
        <span className="text-muted">{way.bySource}</span> {source?.name ?? words.deliveries.list.deletedSource}
      </p>
      {delivery.test && <p>{way.simulated}</p>}
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ),
      )}
    </WayStep>
  );
}

function Verified({ delivery, source }: Part): ReactNode {
  const isSigned = delivery.provider !== 'open';
  return (
    <WayStep name={way.verified} tone={isSigned ? 'good' : 'calm'}>
      <p>{isSigned ? way.signature(delivery.provider) : way.unsigned}</p>
      {isSigned && source !== undefined && <p className="text-muted">{way.secrets(source.secrets)}</p>}
      {isSigned &&
        source?.secretUses.map(({ lastUsedAt }, place) => (
          <Fact key={place} name={way.secretUsed(place + 1)}>
            <Moment at={lastUsedAt} />
          </Fact>
        ))}
    </WayStep>
  );
}

function Committed({ delivery }: Pick<Part, 'delivery'>): ReactNode {
  const { providerDeliveryId, duplicateOf, repeats, receivedAt } = delivery;
  return (
    <WayStep name={way.committed} tone="good" at={receivedAt}>
      <p>{way.stored}</p>
      {providerDeliveryId !== null && (
        <Fact name={way.senderId}>
          <span className="font-mono text-xs break-all">{providerDeliveryId}</span>
        </Fact>
      )}
      {duplicateOf !== null && (
        <p>
          {way.duplicateOf} <DeliveryLink id={duplicateOf} />
        </p>
      )}
      {repeats !== null && (
        <p>
          {way.repeats} <DeliveryLink id={repeats} />
        </p>
      )}
    </WayStep>
  );
}

function Processed({ delivery, isReplaying }: Pick<Part, 'delivery'> & { readonly isReplaying: boolean }): ReactNode {
  const { id: ws } = useWorkspace();
  const { status } = delivery;
  const { data: attempts } = useAttempts(ws, delivery.id, isReplaying, status);
  const tone = status === 'processed' ? 'good' : status === 'failed' ? 'bad' : 'warn';
  const count = Math.max(delivery.attempts, attempts?.length ?? 0);
  return (
    <WayStep name={way.processed} tone={tone} at={status === 'processed' ? attempts?.[0]?.at : undefined}>
      {status === 'received' && <p>{way.waiting}</p>}
      {attempts?.length === 0 && delivery.attempts > 0 && <p className="text-muted">{way.noAttempts}</p>}
      <ol className="flex flex-col gap-1">
        {attempts?.toReversed().map(({ at, ms, outcome, error }, place) => (
          <li key={at + String(place)}>
            <span className="flex flex-wrap items-baseline gap-x-3">
              <span>{way.attempt(count - attempts.length + place + 1)}</span>
              <State name={outcome} />
              <span className="tabular-nums">{way.ms(ms)}</span>
              <Clock at={at} />
            </span>
            {error !== null && <span className="block break-words text-bad">{error}</span>}
          </li>
        ))}
      </ol>
    </WayStep>
  );
}

function Event({ delivery }: Pick<Part, 'delivery'>): ReactNode {
  const { id: ws } = useWorkspace();
  const { event, eventId, status } = delivery;
  const { data } = useEvent(ws, event);
  if (event === null) {
    const text = eventId === null ? way.noEvent : way.eventTrimmed;
    return (
      <WayStep name={way.event} tone="calm">
        <p className="text-muted">{status === 'received' ? way.waiting : text}</p>
      </WayStep>
    );
  }
  return (
    <WayStep name={way.event} tone="good" at={data?.ts}>
      <Fact name={way.channel}>
        <span className="font-mono text-xs break-all">{event.channel}</span>
      </Fact>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <Fact name={way.offset}>{event.offset.toLocaleString('en')}</Fact>
        <CopyId id={event.id} what={way.eventId} />
        <Link
          to="/w/$ws/channels/$"
          params={{ ws, _splat: event.channel }}
          search={{ at: event.offset }}
          className="inline-flex min-h-6 items-center text-accent underline"
        >
          {way.toChannel}
        </Link>
      </p>
    </WayStep>
  );
}

/** The way of a delivery from its sender to the sessions and endpoints that got its event. */
export function DeliveryWay(props: Part & { readonly isReplaying: boolean }): ReactNode {
  const { delivery } = props;
  const mayReadReach = useMay('audit:read');
  const maySeeEndpoints = useMay('webhooks:manage');
  const { event } = delivery;
  return (
    <ol aria-label={way.label} className="p-4">
      <Received {...props} />
      <Verified {...props} />
      <Committed {...props} />
      <Processed {...props} />
      <Event {...props} />
      {event !== null &&
        (mayReadReach ? (
          <ReachedSessions eventId={event.id} />
        ) : (
          <WayStep name={way.reached} tone="calm">
            <p className="text-muted">{way.reachHidden}</p>
          </WayStep>
        ))}
      {event !== null && maySeeEndpoints && <ReachedEndpoints eventId={event.id} />}
    </ol>
  );
}
