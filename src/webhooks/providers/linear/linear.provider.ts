import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, inWords, sentence } from '../description.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, numberAt, textAt } from '../payload.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeHex, isBodySigned } from '../signature.js';

/** The window of Linear's own verifier, tighter than the usual five minutes. */
const WINDOW_MS = 60_000;

/** https://linear.app/developers/webhooks */
export const provider: Provider = {
  name: 'linear',
  setup: {
    label: 'Linear',
    documentation: 'https://linear.app/developers/webhooks',
    steps: [
      'Open **Settings**, then **API** under **Administration**, and select **New webhook**.',
      'Enter a **Label**, and paste `{url}` into **URL**.',
      'Under **Data change events**, choose the types, for example **Issues** and **Comments**, and create the webhook.',
    ],
    secret: 'The page of the webhook shows it as **Signing secret**.',
  },
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: anyTextBut([[/^lin_(?:api|oauth)_/, 'an API key']], 'the page of the webhook shows it'),
  evidence: { headers: () => ['linear-signature'], signedAt: sentAt },

  /** Only the timestamp in the body is signed; a body without one could be replayed forever. */
  verify(request, { secrets, now }) {
    if (!isBodySigned(request, secrets, decodeHex(request.headers['linear-signature']))) return false;
    const time = sentAt(request);
    return time !== undefined && Math.abs(now.getTime() - time) <= WINDOW_MS;
  },

  deliveryId: ({ headers }) => deliveryIdFrom(headers['linear-delivery']),

  /** The body of a retry differs only in the timestamp. */
  lastingBody: ({ body }) => Buffer.from(body.toString('latin1').replace(/"webhookTimestamp"\s*:\s*\d+/, ''), 'latin1'),

  /** Linear treats any status but 200 as a failure. */
  answer: (_request, acceptance) => ({ contentType: 'application/json', body: JSON.stringify(acceptance) }),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'type') ?? request.headers['linear-event'];
    const action = textAt(payload, 'action');
    return describeAs({
      eventType: type && action ? `${type}.${action}` : type,
      title: titleOf(type ?? 'something', payload),
      url: firstTextAt(payload, 'url', 'data.url'),
      sender: firstTextAt(payload, 'actor.name', 'data.user.name'),
    });
  },
};

function sentAt({ body }: WebhookRequest): number | undefined {
  return numberAt(peekObject(body) ?? {}, 'webhookTimestamp');
}

const pastTense: Record<string, string> = { create: 'created', update: 'updated', remove: 'removed' };

/** "Ada created issue ENG-42 Fix the login" */
function titleOf(type: string, payload: Payload): string {
  const actor = firstTextAt(payload, 'actor.name', 'data.user.name') ?? 'Linear';
  const action = textAt(payload, 'action') ?? 'changed';
  const issue = sentence(textAt(payload, 'data.issue.identifier'), firstLine(textAt(payload, 'data.issue.title')));
  if (type === 'Comment' && action === 'create' && issue) return `${actor} commented on ${issue}`;
  const noun = inWords(type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')).toLowerCase();
  const name = firstLine(firstTextAt(payload, 'data.title', 'data.name', 'data.body', 'data.emoji'));
  return sentence(actor, entryOf(pastTense, action) ?? action, noun, textAt(payload, 'data.identifier'), name);
}
