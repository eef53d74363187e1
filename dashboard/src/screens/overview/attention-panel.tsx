import type { ReactNode } from 'react';
import { useSecond } from '../../ui/moment.js';
import { ErrorNotice, Skeleton } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { concernsOf } from './attention.js';
import { Goto } from './goto.js';
import { useDeliveriesWith, useEndpoints, useSources } from './overview-queries.js';

/** Problems that need a person: each line links to the screen that mends it. */
export function AttentionPanel(): ReactNode {
  const now = useSecond();
  const failed = useDeliveriesWith('failed');
  const waiting = useDeliveriesWith('received');
  const sources = useSources();
  const endpoints = useEndpoints();
  const { attention } = words.overview;
  const lists = [failed, waiting, sources, endpoints];
  const concerns = concernsOf(
    {
      failed: failed.data,
      waiting: waiting.data,
      sources: sources.data?.items ?? [],
      endpoints: endpoints.data?.items ?? [],
    },
    now,
  );
  const isLoading = lists.some(({ isLoading: one }) => one);
  const error = lists.find((list) => list.error !== null)?.error;
  return (
    <Panel title={attention.heading}>
      <ErrorNotice error={error} />
      {concerns.length > 0 && (
        <ul>
          {concerns.map(({ id, state, text, to, params, search }) => (
            <li key={id} className="border-b border-line last:border-0">
              <Goto
                to={to}
                params={params}
                search={search}
                className="flex min-h-9 flex-wrap items-center gap-2 px-3 py-1.5 hover:bg-hover"
              >
                <span className="w-20">
                  <State name={state} />
                </span>
                <span className="min-w-0 grow basis-48">{text}</span>
                <span className="text-sm text-accent" aria-hidden="true">
                  {attention.mend} →
                </span>
              </Goto>
            </li>
          ))}
        </ul>
      )}
      {concerns.length === 0 && isLoading && <Skeleton rows={1} />}
      {concerns.length === 0 && !isLoading && (
        <p className="flex items-center gap-2 p-3">
          <State name="processed" word={attention.fine} /> {attention.nothing}
        </p>
      )}
    </Panel>
  );
}
