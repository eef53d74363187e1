import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { ErrorNotice } from '../../ui/notice.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { useEndpointMessages } from './delivery-queries.js';
import { Clock, WayStep } from './way-step.js';

const { way } = words.deliveries;

/** The messages that endpoints got about the event; nothing in a workspace without endpoints. */
export function ReachedEndpoints({ eventId }: { readonly eventId: string }): ReactNode {
  const { id: ws } = useWorkspace();
  const { data, error, refetch } = useEndpointMessages(ws, eventId);
  if (data?.endpoints === 0 || (data === undefined && error === null)) return null;
  const isBad = data?.messages.some(({ message }) => message.status === 'failed') === true;
  const tone = isBad ? 'bad' : data?.messages.length === 0 ? 'calm' : 'good';
  return (
    <WayStep name={way.endpoints} tone={tone}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {data?.messages.length === 0 && <p className="text-muted">{way.endpointsNone}</p>}
      <ul className="flex flex-col gap-1">
        {data?.messages.map(({ endpoint, message }) => (
          <li key={message.id}>
            <span className="flex flex-wrap items-baseline gap-x-3">
              <span className="font-medium">{endpoint.name}</span>
              <State name={message.status} />
              <span>{way.message(message.attempts)}</span>
              <Clock at={message.createdAt} />
            </span>
            {message.error !== null && <span className="block break-words text-bad">{message.error}</span>}
          </li>
        ))}
      </ul>
    </WayStep>
  );
}
