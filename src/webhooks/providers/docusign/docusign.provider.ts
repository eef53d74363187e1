import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, inWords, sentence } from '../description.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, listAt, textAt } from '../payload.js';
import type { Provider, WebhookRequest } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { decodeBase64, isSigned, MAX_SIGNATURES } from '../signature.js';

/** A header for each key of the account. The limit bounds the work per request. */
const HEADERS = Array.from({ length: MAX_SIGNATURES }, (_, i) => `x-docusign-signature-${i + 1}`);

/** https://developers.docusign.com/platform/webhooks/connect/hmac/ */
export const provider: Provider = {
  name: 'docusign',
  secrets: 'required',
  secretFrom: 'sender',
  readSecret: anyTextBut(
    [[/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'the id of an integration or an account']],
    'Connect Keys shows it once, when it is created',
  ),
  signedId: true,
  evidence: { headers: () => HEADERS },

  verify: (request, { secrets }) =>
    isSigned({ algorithm: 'sha256', content: [request.body], signatures: signaturesOf(request), keys: secrets }),

  /** Messages have no id of their own, and a retry counts up `retryCount`: the event and its time identify them. */
  deliveryId({ body }) {
    const payload = peekObject(body) ?? {};
    const [event, time, ...ids] = [
      'event',
      'generatedDateTime',
      'configurationId',
      'data.envelopeId',
      'data.recipientId',
    ].map((path) => textAt(payload, path));
    if (!event || !time || !ids[1]) return undefined;
    return deliveryIdFrom([event, time, ...ids].filter(Boolean).join(':'));
  },

  describe({ body }) {
    const payload = parseObject(body);
    const event = textAt(payload, 'event');
    return describeAs({
      eventType: event,
      title: titleOf(event ?? 'connect-message', payload),
      sender: firstTextAt(payload, 'data.envelopeSummary.sender.userName', 'data.envelopeSummary.sender.email'),
    });
  },

  setup: {
    label: 'DocuSign',
    documentation: 'https://developers.docusign.com/platform/webhooks/connect/hmac/',
    steps: [
      'Open **Settings**, **Connect** of eSignature, and there **Connect Keys**. Select **Add Secret Key** and copy the key.',
      'Select **Configurations**, **Add Configuration**, **Custom**.',
      'Paste `{url}` as **URL to Publish**, and choose **REST v2.1** with **JSON** as **Data Format**.',
      'Choose the **Envelope and Recipients** events that you need, such as **Envelope Signed/Completed**.',
      'Select **Include HMAC Signature**. Leave out **Documents** under **Include Data** unless you need them.',
    ],
    secret: 'It is a key under **Connect Keys**, which DocuSign shows once.',
  },
};

function signaturesOf({ headers }: WebhookRequest): (Buffer | undefined)[] {
  return HEADERS.map((name) => decodeBase64(headers[name]));
}

/** https://developers.docusign.com/platform/webhooks/connect/event-triggers/ */
const phrases: Record<string, string> = {
  'envelope-created': 'was created as a draft',
  'envelope-sent': 'was sent',
  'envelope-resent': 'was sent again',
  'envelope-delivered': 'was opened by all recipients',
  'envelope-completed': 'was completed',
  'envelope-declined': 'was declined',
  'envelope-voided': 'was voided',
  'envelope-corrected': 'was corrected',
  'envelope-deleted': 'was deleted',
  'envelope-discard': 'was discarded',
  'envelope-purge': 'will be purged',
  'envelope-removed': 'was removed',
  'envelope-reminder-sent': 'was followed by a reminder',
  'recipient-sent': 'was sent to a recipient',
  'recipient-resent': 'was sent to a recipient again',
  'recipient-autoresponded': 'did not reach a recipient',
  'recipient-delivered': 'was opened by a recipient',
  'recipient-completed': 'was completed by a recipient',
  'recipient-declined': 'was declined by a recipient',
  'recipient-authenticationfailed': 'was kept from a recipient, whose authentication failed',
  'recipient-delegate': 'was delegated by a recipient',
  'recipient-reassign': 'was reassigned by a recipient',
  'recipient-finish-later': 'will be finished later by a recipient',
};

const others: Record<string, string> = {
  'template-created': 'A template was created',
  'template-modified': 'A template was modified',
  'template-deleted': 'A template was deleted',
  'click-agreed': 'A user agreed to a click agreement',
  'click-declined': 'A user declined a click agreement',
};

/** "Envelope Please sign the contract was completed by Ada Lovelace" */
function titleOf(event: string, payload: Payload): string {
  const phrase = entryOf(phrases, event);
  if (phrase === undefined) return entryOf(others, event) ?? `DocuSign sent the event ${inWords(event)}`;
  const recipient = recipientOf(payload);
  const subject = firstLine(textAt(payload, 'data.envelopeSummary.emailSubject'));
  return sentence('Envelope', subject, recipient ? phrase.replace('a recipient', recipient) : phrase);
}

/** The recipient that the event names, among the signers and the other kinds of recipients. */
function recipientOf(payload: Payload): string | undefined {
  const id = textAt(payload, 'data.recipientId');
  const kinds = ['signers', 'carbonCopies', 'certifiedDeliveries', 'inPersonSigners', 'agents', 'editors', 'witnesses'];
  const all = kinds.flatMap((kind) => listAt(payload, `data.envelopeSummary.recipients.${kind}`));
  const found = all.map((one) => ({ one })).find((one) => id !== undefined && textAt(one, 'one.recipientId') === id);
  return found && firstTextAt(found, 'one.name', 'one.email');
}
