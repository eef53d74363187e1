import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { buttonClass } from '../../ui/button.js';
import { Loaded } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { EndpointActions } from './endpoint-actions.js';
import { EndpointFacts } from './endpoint-facts.js';
import { EndpointReason, EndpointState } from './endpoint-state.js';
import { useEndpoint } from './endpoints-queries.js';
import { MessagesPanel } from './messages-panel.js';
import { RetryPicture } from './retry-picture.js';
import { pausesOf } from './retry-schedule.js';
import { ShownSecret } from './shown-secret.js';

/** One endpoint: its state and why, its messages, its facts and its retries. */
export function EndpointDetailScreen(): ReactNode {
  const { id: ws } = useWorkspace();
  const { id } = useParams({ from: '/w/$ws/endpoints/$id' });
  const { detail } = words.endpoints;
  return (
    <Loaded query={useEndpoint(ws, id)}>
      {(endpoint) => (
        <div key={id} className="flex flex-col gap-4">
          <div className="flex flex-wrap items-center gap-2">
            <Link to="/w/$ws/endpoints" params={{ ws }} className={`${buttonClass('quiet')} xl:hidden`}>
              {detail.back}
            </Link>
            <h2 className="min-w-0 break-words">{endpoint.name}</h2>
            <span className="mr-auto flex flex-wrap items-center gap-2 text-sm">
              <EndpointState endpoint={endpoint} />
              <span className="text-muted">
                <EndpointReason endpoint={endpoint} />
              </span>
            </span>
            <EndpointActions ws={ws} endpoint={endpoint} />
          </div>
          <ShownSecret ws={ws} id={id} />
          <MessagesPanel ws={ws} endpointId={id} />
          <Panel title={detail.facts}>
            <EndpointFacts ws={ws} endpoint={endpoint} />
          </Panel>
          <Panel title={words.endpoints.retry.title}>
            <div className="p-3">
              <RetryPicture pauses={pausesOf(endpoint.retries)} />
            </div>
          </Panel>
        </div>
      )}
    </Loaded>
  );
}
