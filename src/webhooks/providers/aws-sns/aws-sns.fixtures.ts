import { sign } from 'node:crypto';

import { certificateOf } from '../fixture-certificate.js';
import { rsaKeyOf } from '../fixture-keys.js';
import type { ProviderExample, ProviderFixtures, SignedRequest, SigningContext } from '../fixtures.js';

type Fields = Record<string, unknown>;

const SITE = 'https://sns.eu-central-1.amazonaws.com';
const CERTIFICATE = `${SITE}/SimpleNotificationService-0a1b2c3d4e5f60718293a4b5c6d7e8f9.pem`;
const EXPIRED = `${SITE}/SimpleNotificationService-11111111111111111111111111111111.pem`;
const FUTURE = `${SITE}/SimpleNotificationService-22222222222222222222222222222222.pem`;
const WEAK = `${SITE}/SimpleNotificationService-33333333333333333333333333333333.pem`;
const topicArn = 'arn:aws:sns:eu-central-1:123456789012:deploys';
const confirmation = `${SITE}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=2336412f37fb687f5d51e6e2425`;
const headers = {
  'content-type': 'text/plain; charset=UTF-8',
  'user-agent': 'Amazon Simple Notification Service Agent',
  'x-amz-sns-message-type': 'Notification',
  'x-amz-sns-topic-arn': topicArn,
};

const validity = { validFrom: new Date('2020-01-01T00:00:00Z'), validTo: new Date('2049-01-01T00:00:00Z') };
const certificate = (name: string, period: Partial<typeof validity> = {}) =>
  certificateOf(rsaKeyOf(name, name === 'weak' ? 1024 : 2048), { name: 'sns.amazonaws.com', ...validity, ...period });

const notification = (fields: Fields): Fields => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: topicArn,
  Subject: 'The deploy is through',
  Message: 'All green.\nVersion 42 is live.',
  Timestamp: '2026-11-20T11:59:58.123Z',
  SignatureVersion: '2',
  Signature: '',
  SigningCertURL: CERTIFICATE,
  UnsubscribeURL: `${SITE}/?Action=Unsubscribe&SubscriptionArn=${topicArn}:c9135db0-26c4-47ec-8998-413945fb5a96`,
  ...fields,
});

const subscription = {
  Type: 'SubscriptionConfirmation',
  MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
  Token: '2336412f37fb687f5d51e6e2425',
  TopicArn: topicArn,
  Message: `You have chosen to subscribe to the topic ${topicArn}.`,
  SubscribeURL: confirmation,
  Timestamp: '2026-11-20T11:59:50.000Z',
  SignatureVersion: '1',
  Signature: '',
  SigningCertURL: CERTIFICATE,
};

const alarm = {
  AlarmName: 'checkout-errors',
  AWSAccountId: '123456789012',
  NewStateValue: 'ALARM',
  OldStateValue: 'OK',
  NewStateReason: 'Threshold Crossed: 1 datapoint was greater than 5.',
  Region: 'EU (Frankfurt)',
};

/** The documented text: each field that is there, by name. */
function signed(message: Fields, keyName: string, algorithm?: 'sha1' | 'sha256'): Fields {
  const isNotification = message['Type'] === 'Notification';
  const names = isNotification ? ['Message', 'MessageId', 'Subject'] : ['Message', 'MessageId', 'SubscribeURL'];
  names.push('Timestamp', ...(isNotification ? [] : ['Token']), 'TopicArn', 'Type');
  const text = names.filter((name) => message[name] !== undefined).map((name) => `${name}\n${String(message[name])}\n`);
  const hash = algorithm ?? (message['SignatureVersion'] === '1' ? 'sha1' : 'sha256');
  return { ...message, Signature: sign(hash, Buffer.from(text.join('')), rsaKeyOf(keyName)).toString('base64') };
}

const keyNameOf = ({ secret }: Pick<SigningContext, 'secret'>) => (secret === '' ? 'amazon' : 'forger');

function freshen({ body }: Pick<ProviderExample, 'body'>, context: SigningContext) {
  const message: Fields = JSON.parse(body.toString());
  return { body: Buffer.from(JSON.stringify(signed(message, keyNameOf(context)), null, 2)), url: context.url };
}

/** Addresses that look like one of Amazon's. Each of them has a certificate with the forger's key. */
const TRICKS = {
  'without TLS': CERTIFICATE.replace('https', 'http'),
  'a user before the host': CERTIFICATE.replace('https://', 'https://sns.eu-central-1.amazonaws.com@evil.example/'),
  'a user with a password': CERTIFICATE.replace('https://', 'https://a:b@'),
  'a longer host': CERTIFICATE.replace('.com/', '.com.evil.example/'),
  'another host with the name in front': CERTIFICATE.replace('.amazonaws', '.evilamazonaws'),
  'a bucket of S3': CERTIFICATE.replace('sns.eu-central-1', 'sns.s3.eu-central-1'),
  'a bucket with the name of the service': CERTIFICATE.replace('sns.eu-central-1', 'sns.eu-central-1.s3'),
  'another service': CERTIFICATE.replace('sns.', 's3.'),
  'a port': CERTIFICATE.replace('.com/', '.com:8443/'),
  'the port of TLS': CERTIFICATE.replace('.com/', '.com:443/'),
  'a path that leads elsewhere': CERTIFICATE.replace('.com/', '.com/forger/../'),
  'an encoded path': CERTIFICATE.replace('.com/', '.com/%2e%2e/'),
  'another path': CERTIFICATE.replace('/Simple', '/uploads/Simple'),
  'a query': `${CERTIFICATE}?x=1`,
  'a fragment': `${CERTIFICATE}#x`,
  'another ending': CERTIFICATE.replace('.pem', '.txt'),
  'a backslash': CERTIFICATE.replace('https://', String.raw`https://evil.example\@`),
  'a line break in the host': CERTIFICATE.replace('.com/', '.com\n/'),
  'upper case': CERTIFICATE.replace('https', 'HTTPS'),
  'a space in front': ` ${CERTIFICATE}`,
} as const;

const fillers = (count: number): string => Array.from({ length: count }, (_, i) => `"f${i}":0,`).join('');

/** Bodies of which parsers read different values. */
function ambiguousOf(genuine: SignedRequest): [string, SignedRequest][] {
  const text = genuine.body.toString().slice(1, -1);
  const withText = (json: string): SignedRequest => ({ ...genuine, body: Buffer.from(json) });
  return [
    ['another Message in front', withText(`{"Message":"EVIL",${text}}`)],
    ['another Message at the end', withText(`{${text},"Message":"EVIL"}`)],
    ['another Message in an escaped name', withText(`{${text},"M\\u0065ssage":"EVIL"}`)],
    ['another Message behind its outline', withText(`{${text},${fillers(500)}"__proto__":1,"Message":"EVIL"}`)],
    ['a prototype', withText(`{${text},"__proto__":1}`)],
    ['more than 10,000 names', withText(`{${fillers(10_001)}${text}}`)],
  ];
}

let published: Record<string, string> | undefined;

const publish = (): Record<string, string> => ({
  [CERTIFICATE]: certificate('amazon'),
  [EXPIRED]: certificate('amazon', { validTo: new Date('2026-11-01T00:00:00Z') }),
  [FUTURE]: certificate('amazon', { validFrom: new Date('2048-01-01T00:00:00Z') }),
  [WEAK]: certificate('weak'),
  [confirmation]: '<ConfirmSubscriptionResponse/>',
  ...Object.fromEntries(Object.values(TRICKS).map((address) => [address, certificate('forger')])),
});

export const fixtures: ProviderFixtures = {
  secrets: [],
  coversBody: false,
  options: { topicArn },
  examples: [
    {
      name: 'a message with SHA-256',
      headers,
      body: JSON.stringify(notification({})),
      expected: {
        eventType: 'Notification',
        title: 'Topic deploys published: The deploy is through',
        deliveryId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
      },
    },
    {
      name: 'an alarm of CloudWatch with SHA-1 and without a subject',
      headers,
      body: JSON.stringify(
        notification({
          MessageId: '33c91ca3-0efb-5d3d-90ae-ceac1d8ca435',
          Subject: undefined,
          Message: JSON.stringify(alarm),
          SignatureVersion: '1',
        }),
      ),
      expected: {
        eventType: 'CloudWatch Alarm',
        title: 'Alarm checkout-errors changed to ALARM: Threshold Crossed: 1 datapoint was greater than 5.',
      },
    },
  ],
  eventTypes: [
    { Message: '' },
    { Message: '{"x":1}', Subject: undefined },
    { Type: 'UnsubscribeConfirmation' },
    { Type: 'SubscriptionConfirmation' },
    { Message: JSON.stringify({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put' }] }) },
    { Message: JSON.stringify({ notificationType: 'Bounce', mail: { destination: [] } }) },
    { Message: JSON.stringify({ 'detail-type': 'EC2 Instance State-change Notification', source: 'aws.ec2' }) },
  ].map((fields) => ({ headers, body: JSON.stringify(notification(fields)) })),
  handshakes: [
    {
      name: 'the confirmation of the subscription',
      headers: { ...headers, 'x-amz-sns-message-type': 'SubscriptionConfirmation' },
      body: JSON.stringify(signed(subscription, 'amazon')),
      isSigned: true,
      expected: {},
    },
    {
      name: 'a confirmation of a link of another site',
      headers,
      body: JSON.stringify(
        signed({ ...subscription, SubscribeURL: confirmation.replace('.com/', '.com.evil.example/') }, 'amazon'),
      ),
      isSigned: true,
      expected: { status: 400 },
    },
    {
      name: 'a confirmation that fails',
      headers,
      body: JSON.stringify(signed({ ...subscription, SubscribeURL: `${confirmation}x` }, 'amazon')),
      isSigned: true,
      expected: { status: 503 },
    },
  ],
  publications: () => (published ??= publish()),
  freshen,
  sign: () => ({}),
  forge(genuine) {
    const message: Fields = JSON.parse(genuine.body.toString());
    const withFields = (fields: Fields): SignedRequest => ({
      ...genuine,
      body: Buffer.from(JSON.stringify({ ...message, ...fields })),
    });
    const resigned = (fields: Fields, keyName = 'amazon', hash?: 'sha1' | 'sha256') =>
      withFields(signed({ ...message, ...fields }, keyName, hash));
    const tricks = Object.entries(TRICKS).map(([name, SigningCertURL]) => [
      `a certificate at ${name}`,
      resigned({ SigningCertURL }, 'forger'),
    ]);
    const changed = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type', 'Signature', 'SigningCertURL'].flatMap(
      (name) => [
        [`${name} changed`, withFields({ [name]: `${String(message[name])}1` })],
        [`${name} missing`, withFields({ [name]: undefined })],
        [`${name} as a list`, withFields({ [name]: [message[name]] })],
      ],
    );
    return {
      ...Object.fromEntries([...tricks, ...changed, ...ambiguousOf(genuine)]),
      'another subject': withFields({ Subject: 'Something else' }),
      'the type of a confirmation': withFields({ Type: 'SubscriptionConfirmation', Token: 'x', SubscribeURL: SITE }),
      'the topic of another account, signed by Amazon': resigned({ TopicArn: topicArn.replace('1234', '9999') }),
      'an unknown version': withFields({ SignatureVersion: '3' }),
      'a version that is a number': withFields({ SignatureVersion: 2 }),
      'SHA-1 in the place of SHA-256, or the other way round': withFields({
        SignatureVersion: message['SignatureVersion'] === '1' ? '2' : '1',
      }),
      'a certificate that has expired': resigned({ SigningCertURL: EXPIRED }),
      'a certificate of the future': resigned({ SigningCertURL: FUTURE }),
      'a certificate with a short key': resigned({ SigningCertURL: WEAK }),
      'a certificate that is not there': resigned({ SigningCertURL: CERTIFICATE.replace('0a1b', 'ffff') }),
      'no JSON': { ...genuine, body: Buffer.from('Message=x') },
      'no body': { ...genuine, body: Buffer.alloc(0) },
      'a list of messages': { ...genuine, body: Buffer.from(`[${genuine.body.toString()}]`) },
    };
  },
};
