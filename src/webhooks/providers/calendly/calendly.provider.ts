import { describeAs, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures */
export const provider: Provider = {
  name: 'calendly',
  secrets: 'required',
  secretFrom: 'receiver',
  readSecret: anyTextBut([[/^eyJ/, 'an access token']], 'it is the signing_key of the webhook subscription'),
  ...hmacScheme({
    header: 'calendly-webhook-signature',
    separator: ',',
    prefix: 'v1=',
    content: '{timestamp}.{body}',
    timestamp: { item: 't=' },
  }),

  /** The body has the times of the event, and no id of it. */
  deliveryId: () => undefined,

  describe(request) {
    const payload = parseObject(request.body);
    const event = textAt(payload, 'event');
    return describeAs({
      eventType: event,
      title: titleOf(event ?? 'event', payload),
      sender: firstTextAt(payload, 'payload.email', 'payload.invitee.email', 'payload.name'),
    });
  },

  setup: {
    label: 'Calendly',
    documentation: 'https://developer.calendly.com/api-docs/c1ddc06ce1f1b-create-webhook-subscription',
    steps: [
      'Create a personal access token in Calendly under **Integrations & apps**, **API and webhooks**.',
      'Choose a long random text as signing key, and create the source with it.',
      'Call `POST https://api.calendly.com/webhook_subscriptions` with `{url}` as `url`, your `signing_key`, the events, the `organization` and a `scope`.',
      'Events: `invitee.created`, `invitee.canceled`, `invitee_no_show.created`, `routing_form_submission.created` and others.',
    ],
    secret: 'You choose it and pass it to Calendly as `signing_key` of the subscription.',
  },
};

const phrases: Record<string, string> = {
  'invitee.created': 'booked',
  'invitee.canceled': 'canceled',
  'invitee_no_show.created': 'did not show up for',
  'invitee_no_show.deleted': 'is no longer a no-show of',
};

/** "Ada booked 30 minute meeting" */
function titleOf(event: string, payload: Payload): string {
  const phrase = entryOf(phrases, event);
  const meeting = firstTextAt(payload, 'payload.scheduled_event.name', 'payload.event_type.name');
  if (phrase === undefined)
    return tellEvent(event, { by: 'Calendly', name: meeting ?? textAt(payload, 'payload.name') });
  const invitee = firstTextAt(payload, 'payload.name', 'payload.email', 'payload.invitee.name') ?? 'An invitee';
  return sentence(invitee, phrase, meeting ?? 'a meeting');
}
