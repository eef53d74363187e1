import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useWorkspace } from '../../app/workspace.js';
import { buttonClass } from '../../ui/button.js';
import { Empty, Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { State, type StateName } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { Goto } from './goto.js';
import { DETAILED, useEndpoints, useEndpointStats } from './overview-queries.js';

const ROW = 'flex min-h-8 items-center gap-3 border-b border-line px-3 py-1 last:border-0';

const stateOf = ({ enabled, failingSince }: Schemas['Endpoint']): StateName =>
  !enabled ? 'disabled' : failingSince === null ? 'enabled' : 'failing';

/** The endpoints with the share of accepted attempts in the last day. */
export function EndpointsPanel(): ReactNode {
  const { id: ws } = useWorkspace();
  const query = useEndpoints();
  const shown = (query.data?.items ?? []).slice(0, DETAILED);
  const stats = useEndpointStats(shown.map(({ id }) => id));
  const { overview, navigation } = words;
  return (
    <Panel
      title={navigation.endpoints}
      actions={
        <Link to="/w/$ws/endpoints" params={{ ws }} className={buttonClass('quiet', 'small')}>
          {overview.all}
        </Link>
      }
    >
      <Loaded query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty text={overview.noEndpoints} />
          ) : (
            <ul>
              {shown.map((endpoint, index) => {
                const day = stats[index]?.data;
                return (
                  <li key={endpoint.id} className={ROW}>
                    <Goto
                      to="/w/$ws/endpoints/$id"
                      params={{ id: endpoint.id }}
                      className="min-w-0 grow truncate hover:underline"
                      title={endpoint.url}
                    >
                      {endpoint.name}
                    </Goto>
                    <State name={stateOf(endpoint)} />
                    <span className="w-44 text-right text-sm text-muted">
                      {day === undefined || day.successRate === null
                        ? overview.noAttempts
                        : overview.accepted(day.successRate, day.attempts, day.p50Ms)}
                    </span>
                  </li>
                );
              })}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
