import { z } from 'zod';

import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, inWords, sentence } from '../description.js';
import { titleOfAnything } from '../free-text.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt, valueAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { claimsOf } from '../signed-token.js';

const pubsubOptions = z
  .strictObject({
    audience: z
      .string()
      .min(1)
      .max(500)
      .describe('the audience of the token; by default Google takes the endpoint URL'),
    serviceAccount: z
      .email('must be the e-mail address of a service account')
      .describe('the service account of the subscription; tokens of any other account are refused'),
  })
  .meta({
    title: 'GooglePubsubOptions',
    example: { audience: 'tidings', serviceAccount: 'push@octo-prod.iam.gserviceaccount.com' },
  });

/** https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions */
export const provider: Provider = {
  name: 'google-pubsub',
  secrets: 'published',
  options: pubsubOptions,
  secretHeaders: ['authorization'],
  evidence: { headers: () => ['authorization'] },

  /** The token says who sends, and does not cover the body. */
  async verify({ headers }, { options, publications, now }) {
    const { data } = pubsubOptions.safeParse(options);
    if (data === undefined) return false;
    const token = /^Bearer ([\w.-]+)$/.exec(headers['authorization'] ?? '')?.[1];
    const rules = { ...GOOGLE, audience: data.audience };
    const claims = await claimsOf(token, rules, { ...(publications && { publications }), now });
    return claims?.['email_verified'] === true && claims['email'] === data.serviceAccount;
  },

  deliveryId({ body }) {
    const payload = peekObject(body);
    return payload && deliveryIdFrom(firstTextAt(payload, 'message.messageId', 'message.message_id'));
  },

  /** With a dead-letter topic each attempt has another number beside the message. */
  lastingBody({ body }) {
    const message = valueAt(peekObject(body) ?? {}, 'message');
    return message === undefined ? undefined : Buffer.from(JSON.stringify(message));
  },

  describe(request) {
    const payload = parseObject(request.body);
    const type = firstTextAt(payload, 'message.attributes.eventType', 'message.attributes.ce-type');
    return describeAs({
      eventType: type ?? 'message',
      title: titleOf(type, payload),
      sender: textAt(payload, 'subscription')?.split('/').at(-1),
    });
  },

  setup: {
    label: 'Google Cloud Pub/Sub',
    documentation: 'https://cloud.google.com/pubsub/docs/create-push-subscription',
    steps: [
      'Create the source with the options `serviceAccount`, an account of your project, and `audience`, any text that you choose.',
      'Open **Pub/Sub** > **Subscriptions** in the Google Cloud console and click **Create subscription**.',
      'Choose the delivery type **Push** and paste `{url}` as **Endpoint URL**.',
      'Select **Enable authentication**, choose the service account, and enter the same **Audience**.',
      'Leave **Enable payload unwrapping** off, and click **Create**.',
    ],
    secret: 'None: Google signs a token of the service account with a key that it publishes.',
  },
};

const GOOGLE = {
  keysAt: 'https://www.googleapis.com/oauth2/v3/certs',
  algorithms: ['RS256'],
  issuers: ['https://accounts.google.com', 'accounts.google.com'],
} as const;

/** "Subscription deploys got a message: Version 42 is live"; objects of Cloud Storage are named in attributes. */
function titleOf(type: string | undefined, payload: Payload): string {
  const subscription = sentence('Subscription', textAt(payload, 'subscription')?.split('/').at(-1));
  const bucket = textAt(payload, 'message.attributes.bucketId');
  const object = textAt(payload, 'message.attributes.objectId');
  const words = type && inWords(type).toLowerCase();
  if (words && bucket) return sentence('Cloud Storage reported', words, object && `of ${object}`, `in ${bucket}`);
  const got = sentence(subscription, 'got', words ? `the event ${words}` : 'a message');
  const data = Buffer.from(textAt(payload, 'message.data') ?? '', 'base64');
  const text = data.length === 0 ? '' : titleOfAnything({ headers: {}, body: data, url: '' });
  return text === '' || /^[[{]/.test(text) ? got : `${got}: ${text}`;
}
