import type { ProviderExample, ProviderFixtures, SigningContext } from '../fixtures.js';

const headers = { 'content-type': 'application/json; charset=utf-8' };
const tenantId = '84bd8158-6d4d-4958-8b9f-9d6445542f95';

const notification = (fields: object) => ({
  subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6534c07',
  subscriptionExpirationDateTime: '2026-11-27T11:00:00.0000000Z',
  tenantId,
  clientState: 'CLIENT-STATE',
  ...fields,
});

const message = notification({
  changeType: 'created',
  resource: "Users('ada@example.com')/Messages('AAMkADU0')",
  resourceData: {
    '@odata.type': '#Microsoft.Graph.Message',
    '@odata.id': "Users('ada@example.com')/Messages('AAMkADU0')",
    '@odata.etag': 'W/"CQAAABYAAADkrWGo7bouTKlsgTZMr9KwAAAUWRHf"',
    id: 'AAMkADU0',
  },
});
const driveItem = notification({ changeType: 'updated', resource: 'drives/b!x/root', resourceData: { id: '1' } });
const missed = notification({ lifecycleEvent: 'missed' });

const bodyOf = (...value: object[]) => JSON.stringify({ value });

function freshen({ body }: Pick<ProviderExample, 'body'>, { secret, url }: SigningContext) {
  return { body: Buffer.from(body.toString().replaceAll('"CLIENT-STATE"', () => JSON.stringify(secret))), url };
}

export const fixtures: ProviderFixtures = {
  secrets: ['a-client-state-of-octo-0001', 'a-client-state-of-octo-0002'],
  coversBody: false,
  examples: [
    {
      name: 'a new message and another change',
      headers,
      body: bodyOf(message, driveItem),
      expected: { eventType: 'message.created', title: 'Message was created in Microsoft Graph, and 1 more' },
    },
    {
      name: 'a lifecycle notification',
      headers,
      body: bodyOf(missed),
      expected: { eventType: 'lifecycle.missed', title: 'Microsoft Graph missed changes of a subscription' },
    },
  ],
  eventTypes: [
    ...['created', 'updated', 'deleted'].map((changeType) => bodyOf(notification({ changeType }))),
    ...['reauthorizationRequired', 'subscriptionRemoved', 'missed', 'somethingElse'].map((lifecycleEvent) =>
      bodyOf(notification({ lifecycleEvent })),
    ),
  ].map((body) => ({ headers, body })),
  handshakes: [
    {
      name: 'the validation of the URL',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      query: 'validationToken=Validation%3a+Testing+client+application+reachability+%3cscript%3e',
      isSigned: false,
      expected: {
        contentType: 'text/plain; charset=utf-8',
        body: 'Validation: Testing client application reachability <script>',
      },
    },
  ],
  freshen,
  sign: () => ({}),
  forge(genuine, sign, { secret }) {
    const items: { value: object[] } = JSON.parse(genuine.body.toString());
    const withItems = (value: unknown) => ({ ...genuine, body: Buffer.from(JSON.stringify({ value })) });
    const states: Record<string, unknown> = {
      missing: undefined,
      empty: '',
      blank: ' ',
      null: null,
      'a number': 1,
      true: true,
      'a list': [secret],
      'an object': { is: secret },
      'one character short': secret.slice(0, -1),
      'one character long': `${secret}x`,
      'in upper case': secret.toUpperCase(),
      doubled: secret + secret,
      'with a space': ` ${secret}`,
      'of 5,000 characters': secret.padEnd(5_000, 'a'),
    };
    const wrong = Object.entries(states).flatMap(([name, clientState]) => [
      [`all states ${name}`, withItems(items.value.map((item) => ({ ...item, clientState })))],
      [`the last state ${name}`, withItems([...items.value, { ...message, clientState }])],
    ]);
    return {
      ...Object.fromEntries(wrong),
      'no notifications': withItems([]),
      'an object of notifications': withItems({ 0: { clientState: secret } }),
      'texts as notifications': withItems([secret]),
      'more notifications than Graph sends': withItems(Array.from({ length: 1001 }, () => ({ clientState: secret }))),
      'the state outside of the list': {
        ...genuine,
        body: Buffer.from(JSON.stringify({ clientState: secret, value: [{ changeType: 'created' }] })),
      },
      'the state in the query': { ...sign({ secret: 'x' }), url: `${genuine.url}&clientState=${secret}` },
      'the state in a header': { ...sign({ secret: 'x' }), headers: { ...genuine.headers, clientstate: secret } },
    };
  },
};
