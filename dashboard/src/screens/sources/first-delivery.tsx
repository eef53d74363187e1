import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer, api } from '../../api/api.js';
import { queries } from '../../api/queries.js';
import { keyOf } from '../../app/workspace.js';
import { useChannelEvents } from '../../live/use-channel-events.js';
import { useWorkspaceEvents, type AnyEvent } from '../../live/workspace-events.js';
import { Moment } from '../../ui/moment.js';
import { Loaded } from '../../ui/notice.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { SendTest } from './send-test.js';
import { newestDeliveryKey, useNewestDelivery, type Provider, type Source } from '../../queries/sources-queries.js';

const REFUSED_MS = 5_000;

/** No event tells of a refused request: they are asked for while the user waits for the first delivery. */
const useNewestRefusal = (ws: string, sourceId: string, isWaiting: boolean) =>
  useQuery({
    queryKey: [...keyOf(ws), 'newest-refusal', sourceId],
    queryFn: async () => {
      const params = { path: { ws }, query: { sourceId, limit: 1 } };
      return (await answer(api.GET('/v1/workspaces/{ws}/refused', { params }))).items[0] ?? null;
    },
    enabled: isWaiting,
    refetchInterval: REFUSED_MS,
  });

/** Waits for the first delivery of a new source, and shows it as soon as it is there. */
export function FirstDelivery({
  ws,
  source,
  provider,
}: {
  readonly ws: string;
  readonly source: Source;
  readonly provider: Provider;
}): ReactNode {
  const { first } = words.sources;
  const newest = useNewestDelivery(ws, source.id);
  const refusal = useNewestRefusal(ws, source.id, newest.data === null).data;
  const reload = (): void => void queries.invalidateQueries({ queryKey: newestDeliveryKey(ws, source.id) });
  const onEvent = ({ payload }: AnyEvent): void => {
    if (payload['sourceId'] === source.id) reload();
  };
  useWorkspaceEvents(onEvent);
  useChannelEvents(source.ownChannel ? source.channel : undefined, onEvent, reload);
  return (
    <div className="flex flex-col gap-3 p-3">
      <div role="status" className="flex flex-col gap-2">
        <Loaded query={{ ...newest, data: newest.isSuccess ? { delivery: newest.data } : undefined }} rows={1}>
          {({ delivery }) =>
            delivery === null ? (
              <p className="flex items-center gap-2">
                <State name="waiting" />
                {first.waiting}
              </p>
            ) : (
              <div className="arrives flex flex-col gap-1 rounded border border-line p-3">
                <p className="flex flex-wrap items-center gap-2">
                  <State name={delivery.status} />
                  {delivery.test && <State name="test" />}
                  <Moment at={delivery.receivedAt} />
                </p>
                <Link
                  to="/w/$ws/deliveries/$id"
                  params={{ ws, id: delivery.id }}
                  className="font-medium text-accent underline"
                >
                  {delivery.title ?? delivery.eventType ?? first.open}
                </Link>
              </div>
            )
          }
        </Loaded>
        {newest.data === null && refusal !== null && refusal !== undefined && (
          <p className="rounded border border-bad bg-bad-soft p-3 text-sm">
            <State name="refused" /> {refusal.detail.explanation} <Moment at={refusal.receivedAt} />
          </p>
        )}
      </div>
      <SendTest ws={ws} source={source} provider={provider} />
    </div>
  );
}
