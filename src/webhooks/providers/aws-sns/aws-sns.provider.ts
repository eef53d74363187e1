import { z } from 'zod';

import { isSignedWith } from '../asymmetric-signature.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { parseObject, type Payload } from '../parse-body.js';
import { textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { isPlainAddress, publishedRsaKey } from '../published-certificate.js';
import { decodeBase64 } from '../signature.js';
import { readUnambiguousObject } from '../unambiguous-json.js';
import { eventTypeOf, titleOf, topicOf } from './aws-sns.titles.js';

const snsOptions = z
  .strictObject({
    topicArn: z
      .string()
      .regex(
        /^arn:aws(?:-[a-z-]{2,20})?:sns:[a-z\d-]{5,30}:\d{12}:[\w-]{1,256}(?:\.fifo)?$/,
        'must be the ARN of a topic',
      )
      .describe('the ARN of the topic: messages of any other topic are refused, since every AWS account can sign'),
    confirm: z
      .boolean()
      .default(true)
      .describe('whether the subscription is confirmed automatically; otherwise its link is stored for a user to open'),
  })
  .meta({ title: 'AwsSnsOptions', example: { topicArn: 'arn:aws:sns:eu-central-1:123456789012:deploys' } });

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
export const provider: Provider = {
  name: 'aws-sns',
  secrets: 'published',
  options: snsOptions,
  signedId: true,
  evidence: { headers: () => [] },

  /** Amazon signs some fields: attributes and the link for unsubscribing are not among them. */
  async verify({ body }, { options, publications, now }) {
    const { data } = snsOptions.safeParse(options);
    const message = readUnambiguousObject(body);
    const content = message && signedTextOf(message);
    if (data === undefined || content === undefined || message?.['TopicArn'] !== data.topicArn) return false;
    const hash = message['SignatureVersion'] === '2' ? 'sha256' : message['SignatureVersion'] === '1' ? 'sha1' : null;
    const signature = decodeBase64(textAt(message, 'Signature'));
    if (hash === null || signature === undefined) return false;
    const address = textAt(message, 'SigningCertURL') ?? '';
    const key = await publishedRsaKey(address, isOfAmazon, { ...(publications && { publications }), now });
    return key !== undefined && isSignedWith({ key, content: [content], signature, hash });
  },

  deliveryId: ({ body }) => deliveryIdFrom(readUnambiguousObject(body)?.['MessageId']),

  /** The link is signed, and only Amazon's is opened. Amazon repeats a confirmation that fails. */
  async handshake({ body }, { options, publications }) {
    const { data } = snsOptions.safeParse(options);
    const message = readUnambiguousObject(body);
    if (message?.['Type'] !== 'SubscriptionConfirmation' || data?.confirm !== true) return undefined;
    const link = textAt(message, 'SubscribeURL');
    if (link === undefined || !isConfirmation(link, data.topicArn)) return { status: 400 };
    return (await publications?.open(link)) === true ? {} : { status: 503 };
  },

  describe(request) {
    const message = parseObject(request.body);
    return describeAs({
      eventType: eventTypeOf(message),
      title: titleOf(message),
      url: textAt(message, 'Type') === 'SubscriptionConfirmation' ? textAt(message, 'SubscribeURL') : undefined,
      sender: topicOf(message),
    });
  },

  setup: {
    label: 'Amazon SNS',
    documentation: 'https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html',
    steps: [
      'Create the source with the ARN of the topic as its option `topicArn`.',
      'Open the topic in the console of Amazon SNS and choose **Create subscription**.',
      'Choose the protocol **HTTPS**, paste `{url}` as **Endpoint**, and leave **Enable raw message delivery** off: raw messages have no signature.',
      'Choose **Create subscription**. The source confirms it at once; with the option `confirm: false` open the link of the stored delivery.',
      'For signatures with SHA-256 set the attribute `SignatureVersion` of the topic to 2.',
    ],
    secret: 'None: Amazon signs with a key whose certificate it publishes.',
  },
};

const HOST = /^sns\.[a-z]{2}(?:-[a-z]{2,10}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?$/;
const FIELDS_OF_NOTIFICATIONS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const FIELDS_OF_CONFIRMATIONS = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const FIELDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['Notification', FIELDS_OF_NOTIFICATIONS],
  ['SubscriptionConfirmation', FIELDS_OF_CONFIRMATIONS],
  ['UnsubscribeConfirmation', FIELDS_OF_CONFIRMATIONS],
]);

const isOfAmazon = (address: string): boolean =>
  isPlainAddress(address, HOST, /^\/SimpleNotificationService-[\da-zA-Z]{1,64}\.pem$/);

function isConfirmation(link: string, topicArn: string): boolean {
  if (link.length > 2_000 || !URL.canParse(link)) return false;
  const { protocol, username, password, port, hostname, pathname, searchParams } = new URL(link);
  const isOfHost = protocol === 'https:' && username === '' && password === '' && port === '' && HOST.test(hostname);
  const isForTopic = searchParams.get('Action') === 'ConfirmSubscription' && searchParams.get('TopicArn') === topicArn;
  return isOfHost && pathname === '/' && isForTopic;
}

/** Names and values on lines of their own. The forms of id and time keep a field from reaching into the next one. */
function signedTextOf(message: Payload): string | undefined {
  const names = FIELDS.get(message['Type']);
  if (names === undefined || !/^[\w-]{1,100}$/.test(textAt(message, 'MessageId') ?? '')) return undefined;
  if (!/^[\d:.TZ-]{20,30}$/.test(textAt(message, 'Timestamp') ?? '')) return undefined;
  const isPresent = (name: string) => name !== 'Subject' || (message[name] !== undefined && message[name] !== null);
  const lines = names.filter(isPresent).flatMap((name) => [name, message[name]]);
  return lines.every((line) => typeof line === 'string') ? `${lines.join('\n')}\n` : undefined;
}
