import { describeAs, sentence } from '../description.js';
import { andMore, tell, wordsOf } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, listAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

const SECRET_HEADER = 'x-hook-secret';

/** https://developers.asana.com/docs/webhooks-guide */
export const provider: Provider = {
  name: 'asana',
  secrets: 'handshake',
  secretHeaders: [SECRET_HEADER],
  readSecret: anyTextBut([[/^[12]\/\d+/, 'a personal access token']], 'Asana sends it while it creates the webhook'),
  ...hmacScheme({ header: 'x-hook-signature' }),

  /** Events have no id; each names its time in milliseconds. */
  deliveryId: () => undefined,

  /** Asana gives the secret in a request that nothing signs yet, and expects it back. */
  unsignedHandshake({ headers, method = 'POST' }) {
    const secret = headers[SECRET_HEADER];
    if (method !== 'POST' || secret === undefined || !/^[\w-]{16,200}$/.test(secret)) return undefined;
    return { headers: { [SECRET_HEADER]: secret }, secret };
  },

  /** A request without events is the heartbeat that Asana sends every eight hours. */
  handshake({ body }) {
    const events = peekObject(body)?.['events'];
    return Array.isArray(events) && events.length === 0 ? {} : undefined;
  },

  answer: () => ({}),

  describe(request) {
    const events = listAt(parseObject(request.body), 'events');
    const first = { of: events[0] };
    const type = firstTextAt(first, 'of.resource.resource_type', 'of.type');
    const action = textAt(first, 'of.action');
    return describeAs({
      eventType: type && action ? `${type}.${action}` : type,
      title: sentence(titleOf(type ?? 'resource', action ?? 'changed', first), andMore(events)),
      url: pageOf(type, first),
      sender: firstTextAt(first, 'of.user.name', 'of.user.gid'),
    });
  },

  setup: {
    label: 'Asana',
    documentation: 'https://developers.asana.com/docs/webhooks-guide',
    steps: [
      'Create the source without a secret. Asana gives it one.',
      'Create a personal access token in the developer console of Asana.',
      'Call `POST https://app.asana.com/api/1.0/webhooks` with `resource` (the id of a project, for example) and `{url}` as `target`.',
      'A source takes one webhook: each has its own secret. Remove the secret of the source before you create the webhook again.',
    ],
    secret: 'Asana sends it in the handshake while it creates the webhook; the source keeps it.',
  },
};

/** "Task 1204 was added to section 1205": compact events have ids, and no names. */
function titleOf(type: string, action: string, first: Payload): string {
  const field = textAt(first, 'of.change.field');
  const thing = sentence(wordsOf(type), firstTextAt(first, 'of.resource.name', 'of.resource.gid'));
  const parent = firstTextAt(first, 'of.parent.name', 'of.parent.gid');
  const noun = action === 'changed' && field ? `${wordsOf(field)} of ${thing}` : thing;
  const told = tell({ actor: textAt(first, 'of.user.name'), verb: action, noun });
  const place = { added: 'to', removed: 'from' }[action];
  return sentence(
    told,
    place && parent && `${place} ${wordsOf(textAt(first, 'of.parent.resource_type') ?? '')} ${parent}`,
  );
}

function pageOf(type: string | undefined, first: Payload): string | undefined {
  const id = textAt(first, 'of.resource.gid');
  return id && (type === 'task' || type === 'project')
    ? `https://app.asana.com/0/0/${encodeURIComponent(id)}`
    : undefined;
}
