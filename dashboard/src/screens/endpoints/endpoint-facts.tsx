import type { ReactNode } from 'react';
import { CopyId } from '../../ui/copy.js';
import { Moment } from '../../ui/moment.js';
import { Facts } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { useNames } from '../../queries/members-queries.js';
import { useSources } from '../../queries/sources-queries.js';
import { Durations, SuccessRate } from './endpoint-figures.js';
import type { Endpoint } from './endpoints-queries.js';

export function EndpointFacts({ ws, endpoint }: { readonly ws: string; readonly endpoint: Endpoint }): ReactNode {
  const { facts, kinds } = words.endpoints;
  const names = useNames();
  const sources = useSources(ws).data;
  const { id, kind, eventTypes, sourceIds, headers, rateLimit, filter, createdBy } = endpoint;
  const selected =
    kind === 'relay' ? sourceIds.map((one) => sources?.find((source) => source.id === one)?.name ?? one) : eventTypes;
  const everything = kind === 'relay' ? facts.allSources : facts.allEvents;
  return (
    <Facts
      facts={[
        [facts.url, <CopyId key="url" id={endpoint.url} what={facts.url} whole />],
        [facts.kind, kinds[kind].long],
        [kind === 'relay' ? facts.sources : facts.events, selected.length === 0 ? everything : selected.join(', ')],
        [
          facts.filter,
          filter === null ? (
            facts.noFilter
          ) : (
            <code key="filter" className="font-mono text-xs break-all">
              {JSON.stringify(filter)}
            </code>
          ),
        ],
        [facts.success, <SuccessRate key="success" ws={ws} id={id} />],
        [facts.durations, <Durations key="durations" ws={ws} id={id} />],
        [facts.headers, headers.length === 0 ? facts.none : headers.join(', ')],
        [facts.timeout, `${endpoint.timeoutMs / 1_000} s`],
        [facts.rate, rateLimit === null ? facts.noLimit : facts.perSecond(rateLimit)],
        [facts.order, endpoint.ordered ? facts.ordered : facts.unordered],
        [
          facts.maker,
          createdBy === null
            ? facts.none
            : (names.get(createdBy) ?? <CopyId key="maker" id={createdBy} what={facts.maker} />),
        ],
        [facts.id, <CopyId key="id" id={id} what={facts.id} />],
        [facts.created, <Moment key="created" at={endpoint.createdAt} />],
      ]}
    />
  );
}
