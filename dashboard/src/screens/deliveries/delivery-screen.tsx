import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, type ReactNode } from 'react';
import { useMay, useWorkspace } from '../../app/workspace.js';
import { ErrorNotice, Skeleton } from '../../ui/notice.js';
import { Tabs } from '../../ui/tabs.js';
import { words } from '../../words/words.js';
import { useSources } from './deliveries-queries.js';
import { DeliveryBody } from './delivery-body.js';
import { DeliveryHead } from './delivery-head.js';
import { useDelivery, useReplayOne } from './delivery-queries.js';
import { DeliveryWay } from './delivery-way.js';
import { Headers } from './headers.js';

/** One delivery: its way through the service, its body and its headers. */
export function DeliveryScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id } = useParams({ from: '/w/$ws/deliveries/$id' });
  const search = useSearch({ from: '/w/$ws/deliveries/$id' });
  const navigate = useNavigate();
  const mayManage = useMay('webhooks:manage');
  const { isReplaying, replay } = useReplayOne(ws, id);
  const { data: delivery, error, refetch } = useDelivery(ws, id, isReplaying);
  const sources = useSources(ws);
  const { detail: text } = words.deliveries;
  const title = delivery?.title ?? text.heading;
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · ${words.product}`;
    return () => void (document.title = before);
  }, [title]);
  const source = delivery && sources.get(delivery.sourceId);
  return (
    <section
      aria-label={text.heading}
      className="flex min-h-0 grow flex-col overflow-y-auto rounded border border-line bg-surface"
    >
      <DeliveryHead id={id} delivery={delivery} source={source} {...(mayManage && { onReplay: replay })} />
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {delivery === undefined ? (
        error === null && <Skeleton rows={10} />
      ) : (
        <Tabs
          label={text.tabs.label}
          active={search.part ?? 'way'}
          onChange={(part) =>
            void navigate({
              to: '.',
              search: (before: object) => ({ ...before, part: part === 'way' ? undefined : part }),
              replace: true,
            } as never)
          }
          tabs={[
            {
              id: 'way',
              label: text.tabs.way,
              content: <DeliveryWay delivery={delivery} source={source} isReplaying={isReplaying} />,
            },
            { id: 'body', label: text.tabs.body, content: <DeliveryBody delivery={delivery} /> },
            {
              id: 'headers',
              label: text.tabs.headers,
              content: <Headers headers={delivery.headers} hint={text.headersHint} />,
            },
          ]}
        />
      )}
    </section>
  );
}
