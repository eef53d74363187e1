import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, numberAt, textAt } from '../payload.js';
import type { ProviderAnswer, Provider, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeBase64, isSigned } from '../signature.js';

/** https://developer.monday.com/apps/docs/authorization-header */
export const provider: Provider = {
  name: 'monday',
  secrets: 'required',
  secretFrom: 'sender',
  readSecret: anyTextBut([[/^eyJ/, 'an API token']], 'it is the signing secret of the app'),
  // The token contains a short-lived token for the API of monday.
  secretHeaders: ['authorization'],
  evidence: {
    headers: () => ['authorization'],
    signedAt: ({ headers }) => secondsOf(claimsIn(headers['authorization']), 'iat'),
  },

  /** A JWS (RFC 7515) for one address, that expires within minutes. It does not cover the body. */
  verify({ headers, url }, { secrets, now }) {
    const [head = '', claims = '', signature, ...rest] = headers['authorization']?.split('.') ?? [];
    const hasSignature = isSigned({
      algorithm: 'sha256',
      content: [`${head}.${claims}`],
      signatures: [decodeBase64(signature, 'base64url')],
      keys: secrets,
    });
    if (!hasSignature || rest.length > 0 || !isHs256(head)) return false;
    const token = claimsIn(headers['authorization']);
    const expiresAt = secondsOf(token, 'exp');
    return token?.['aud'] === url && expiresAt !== undefined && expiresAt > now.getTime();
  },

  deliveryId({ body }) {
    const payload = peekObject(body);
    return payload && deliveryIdFrom(textAt(payload, 'event.triggerUuid'));
  },

  handshake: answerChallenge,
  unsignedHandshake: answerChallenge,
  answer: () => ({}),

  describe(request) {
    const payload = parseObject(request.body);
    return describeAs({
      eventType: textAt(payload, 'event.type'),
      title: titleOf(textAt(payload, 'event.type') ?? 'event', payload),
      sender: textAt(payload, 'event.userId'),
    });
  },

  setup: {
    label: 'monday.com',
    documentation: 'https://developer.monday.com/api-reference/reference/webhooks',
    steps: [
      'Create an app in the **Developer Center**, and give it the permission `webhooks:write`.',
      'Create the source with the signing secret of the app: monday sends a challenge to the URL at once.',
      'Call the mutation `create_webhook` with a token of the app, `{url}` as `url`, and the event.',
      'Webhooks that a user adds in the integrations of a board are unsigned; give those a source of the kind `open`.',
    ],
    secret: 'It is the **Signing secret** under **Basic information** of the app.',
  },
};

/** monday sends a challenge when a webhook is created, and expects the same JSON. */
function answerChallenge({ body, method = 'POST' }: WebhookRequest): ProviderAnswer | undefined {
  const challenge = peekObject(body)?.['challenge'];
  if (method !== 'POST' || typeof challenge !== 'string' || !/^[\w.+/=-]{1,200}$/.test(challenge)) return undefined;
  return { contentType: 'application/json', body: JSON.stringify({ challenge }) };
}

/** RFC 8725, section 3.1: the token must not choose the algorithm. */
function isHs256(head: string): boolean {
  const header = decodeBase64(head, 'base64url');
  const fields = header && peekObject(header);
  return fields?.['alg'] === 'HS256' && !('crit' in fields);
}

function claimsIn(token: string | undefined): Payload | undefined {
  const claims = decodeBase64(token?.split('.')[1], 'base64url');
  return claims && peekObject(claims);
}

function secondsOf(claims: Payload | undefined, name: string): number | undefined {
  const seconds = claims && numberAt(claims, name);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The names of the events in payloads, and those with which a webhook subscribes to them. */
const phrases: Record<string, string> = {
  create_pulse: 'was created',
  create_item: 'was created',
  create_subitem: 'was created',
  update_name: 'was renamed',
  change_name: 'was renamed',
  change_subitem_name: 'was renamed',
  archive_pulse: 'was archived',
  item_archived: 'was archived',
  subitem_archived: 'was archived',
  delete_pulse: 'was deleted',
  item_deleted: 'was deleted',
  subitem_deleted: 'was deleted',
  restore_pulse: 'was restored',
  item_restored: 'was restored',
  move_pulse_into_group: 'was moved to another group',
  item_moved_to_any_group: 'was moved to another group',
  item_moved_to_specific_group: 'was moved to another group',
  move_subitem: 'was moved to another item',
  create_update: 'got an update',
  create_subitem_update: 'got an update',
  edit_update: 'has an update that was edited',
  delete_update: 'lost an update',
  when_date_arrived: 'has a date that arrived',
};

/** "Item Fix the login was created", "Column Status of item Fix the login was changed to Done" */
function titleOf(type: string, payload: Payload): string {
  const isSubitem = type.includes('subitem') || textAt(payload, 'event.parentItemId') !== undefined;
  const item = sentence(
    isSubitem ? 'subitem' : 'item',
    firstTextAt(payload, 'event.pulseName', 'event.itemName', 'event.pulseId', 'event.itemId'),
  );
  const column = textAt(payload, 'event.columnTitle');
  if (type === 'create_column') return sentence('Column', column, 'was created');
  if (/column/.test(type)) {
    const value = firstTextAt(
      payload,
      'event.value.label.text',
      'event.value.value',
      'event.value.text',
      'event.value.name',
    );
    return sentence('Column', column, 'of', item, 'was changed', value && `to ${value}`);
  }
  const phrase = entryOf(phrases, type);
  return phrase === undefined
    ? `monday reported ${wordsOf(type)}`
    : `${item.charAt(0).toUpperCase()}${item.slice(1)} ${phrase}`;
}
