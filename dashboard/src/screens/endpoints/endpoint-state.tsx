import type { ReactNode } from 'react';
import { Moment } from '../../ui/moment.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import type { Endpoint } from './endpoints-queries.js';

export function EndpointState({ endpoint }: { readonly endpoint: Endpoint }): ReactNode {
  if (!endpoint.enabled) return <State name="disabled" />;
  return <State name={endpoint.failingSince === null ? 'enabled' : 'failing'} />;
}

/** The reason for the state; nothing for an endpoint that works. */
export function EndpointReason({ endpoint }: { readonly endpoint: Endpoint }): ReactNode {
  const { enabled, disabledReason, failingSince } = endpoint;
  const { reasons, reason } = words.endpoints;
  if (disabledReason !== null) return reasons[disabledReason];
  if (!enabled) return reason.byUser;
  if (failingSince === null) return null;
  return (
    <>
      {reason.failing} <Moment at={failingSince} />
    </>
  );
}

/** Whether the service disabled the endpoint because it lost its maker. */
export const needsMaker = ({ disabledReason }: Endpoint): boolean => disabledReason?.startsWith('maker-') === true;
