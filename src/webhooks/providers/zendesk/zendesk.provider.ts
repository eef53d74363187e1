import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { describeAnything } from '../free-text.js';
import { hmacScheme } from '../hmac-scheme.js';
import { peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** https://developer.zendesk.com/documentation/webhooks/verifying/ */
export const provider: Provider = {
  name: 'zendesk',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  ...hmacScheme({
    header: 'x-zendesk-webhook-signature',
    encoding: 'base64',
    content: '{timestamp}{body}',
    timestamp: { header: 'x-zendesk-webhook-signature-timestamp', unit: 'iso' },
  }),

  /** Events have an id in the body; the calls of triggers and automations only the unsigned one in a header. */
  deliveryId({ headers, body }) {
    const payload = peekObject(body) ?? {};
    const event = typeOf(payload) === undefined ? undefined : deliveryIdFrom(textAt(payload, 'id'));
    return event ?? deliveryIdFrom(headers['x-zendesk-webhook-invocation-id']);
  },

  describe(request) {
    const payload = peekObject(request.body) ?? {};
    const type = typeOf(payload);
    // The owner of a trigger writes its body, in any format.
    if (type === undefined) return describeAnything(request);
    return describeAs({ eventType: type, title: titleOf(type, payload), sender: textAt(payload, 'detail.actor_id') });
  },

  setup: {
    label: 'Zendesk',
    documentation: 'https://developer.zendesk.com/documentation/webhooks/creating-and-monitoring-webhooks/',
    steps: [
      'Open **Admin Center**, **Apps and integrations**, **Webhooks**, and select **Create webhook**.',
      'Choose **Zendesk events** and the events, or **Trigger or automation** and connect it to one later.',
      'Paste `{url}` as **Endpoint URL**, with the request method **POST** and the format **JSON**. Create the webhook.',
      'Select **Reveal secret** on its page and put that secret into the source. A test before the creation has another one.',
    ],
    secret: 'It is the signing secret on the page of the webhook, behind **Reveal secret**.',
  },
};

/** `ticket.status_changed` of `zen:event-type:ticket.status_changed`; undefined for the body of a trigger. */
function typeOf(payload: Payload): string | undefined {
  return /^zen:event-type:([\w.]{1,80})$/.exec(textAt(payload, 'type') ?? '')?.[1];
}

/** "Status of ticket #4217 was changed from OPEN to SOLVED: Cannot log in" */
function titleOf(type: string, payload: Payload): string {
  const id = /^zen:\w+:(\w{1,40})$/.exec(textAt(payload, 'subject') ?? '')?.[1];
  const [from, to] = ['event.previous', 'event.current'].map((path) => textAt(payload, path));
  const change = from && to ? ` from ${from} to ${to}` : '';
  const about = firstLine(firstTextAt(payload, 'detail.subject', 'detail.name', 'detail.title', 'event.comment.body'));
  return `${tellEvent(type, { by: 'Zendesk', name: id && `#${id}` })}${change}${about && `: ${about}`}`;
}
