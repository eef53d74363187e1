import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, objectsAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';

/** https://www.typeform.com/developers/webhooks/secure-your-webhooks/ */
export const provider: Provider = {
  name: 'typeform',
  secrets: 'required',
  secretFrom: 'receiver',
  readSecret: anyTextBut([[/^tfp_/, 'a personal token']], 'you choose it in the settings of the webhook'),
  signedId: true,
  ...hmacScheme({ header: 'typeform-signature', prefix: 'sha256=', encoding: 'base64' }),

  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['event_id']),

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'event_type');
    return describeAs({ eventType: type, title: titleOf(type ?? 'event', payload), sender: emailIn(payload) });
  },

  setup: {
    label: 'Typeform',
    documentation: 'https://www.typeform.com/developers/webhooks/',
    steps: [
      'Open the form in Typeform, then **Connect**, **Webhooks**, and select **Add a webhook**.',
      'Paste `{url}` as **Endpoint** and save. Switch the webhook on.',
      'Select **Edit**, choose a long random text as **Secret**, and put it into the source.',
    ],
    secret: 'You choose it as **Secret** in the settings of the webhook.',
  },
};

const phrases: Record<string, string> = {
  form_response: 'submitted',
  form_response_partial: 'left unfinished',
};

/** "ada@example.com submitted the form Sign up" */
function titleOf(type: string, payload: Payload): string {
  const phrase = entryOf(phrases, type);
  const form = firstTextAt(payload, 'form_response.definition.title', 'form_response.form_id');
  if (phrase === undefined) return tellEvent(type, { by: 'Typeform', name: form });
  return sentence(emailIn(payload) ?? 'A respondent', phrase, 'the form', form);
}

function emailIn(payload: Payload): string | undefined {
  const answers = objectsAt(payload, 'form_response.answers');
  const email = answers.map((answer) => textAt(answer, 'email')).find((text) => text !== undefined);
  return email ?? textAt(payload, 'form_response.hidden.email');
}
