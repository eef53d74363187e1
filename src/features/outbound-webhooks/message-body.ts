import { loggedEvent, wholePayload, type EventFields } from '../../platform/events/logged-event.js';

/** The payload that Standard Webhooks recommends; `data` has the same form as in the event log and on the sockets. */
export function bodyOf(event: EventFields, workspaceId: string): string {
  const head = JSON.stringify({ type: event.type, timestamp: new Date(event.ts).toISOString(), workspaceId });
  return `${head.slice(0, -1)},"data":${loggedEvent(event).json}}`;
}

/** The body with the restricted fields of its event. `bodyOf` ends with the payload, in two more objects. */
export const wholeBodyOf = ({ body, restricted }: { readonly body: string; readonly restricted: string | null }) =>
  restricted === null ? body : `${wholePayload(body.slice(0, -2), restricted)}}}`;
