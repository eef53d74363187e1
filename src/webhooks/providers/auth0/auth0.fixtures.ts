import type { ProviderFixtures } from '../fixtures.js';
import { CODES } from './auth0.titles.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Auth0/LogStreams' };

function log(id: string, type: string, description: string): { readonly log_id: string; readonly data: object } {
  return {
    log_id: id,
    data: {
      date: '2026-11-20T12:00:00.000Z',
      type,
      description,
      connection: 'Username-Password-Authentication',
      connection_id: 'con_3XyTt7GkLm2bQpRz',
      client_id: 'AaiyAPdpYdesoKnqjj8HJqRn4T5titww',
      client_name: 'Octo Shop für alle',
      ip: '203.0.113.7',
      user_agent: 'Firefox 145.0.0 / Linux 0.0.0',
      details: { prompts: [], stats: { loginsCount: 3 } },
      hostname: 'octo.eu.auth0.example',
      user_id: 'auth0|61f1f2a3b4c5d6e7f8a9b0c1',
      user_name: 'ada@example.com',
      strategy: 'auth0',
      strategy_type: 'database',
      environment_name: 'prod-eu-1',
      tenant_name: 'octo',
      log_id: id,
    },
  };
}

const first = log('90020261120120000123456000000000000001223372036854775807', 's', '');
const second = log('90020261120120000123456000000000000001223372036854775808', 'fp', 'Wrong email or password.');

export const fixtures: ProviderFixtures = {
  secrets: ['T8zJ3vQ6xN1mB5wY0kR9cL4p', 'p4Lc9Rk0Yw5Bm1Nx6Qv3Jz8T'],
  coversBody: false,
  examples: [
    {
      name: 'a login',
      headers,
      body: JSON.stringify(first),
      expected: {
        eventType: 's',
        title: 'ada@example.com logged in (Octo Shop für alle)',
        deliveryId: first.log_id,
      },
    },
    {
      name: 'two logs in an array',
      headers,
      body: JSON.stringify([second, first]),
      expected: {
        eventType: 'fp',
        title:
          'ada@example.com failed to log in with a wrong password (Octo Shop für alle) (and 1 more): Wrong email or password.',
        deliveryId: second.log_id,
      },
    },
    {
      name: 'two logs in lines',
      headers,
      body: `${JSON.stringify(first)}\n${JSON.stringify(second)}\n`,
      expected: {
        eventType: 's',
        title: 'ada@example.com logged in (Octo Shop für alle) (and 1 more)',
        deliveryId: first.log_id,
      },
    },
  ],
  eventTypes: [...CODES, 'newcode'].map((type) => ({
    headers,
    body: JSON.stringify([{ log_id: '1', data: { type } }]),
  })),
  forge: (genuine, _sign, { secret }) => ({
    'the token as a password': {
      ...genuine,
      headers: { authorization: `Basic ${Buffer.from(`auth0:${secret}`).toString('base64')}` },
    },
    'the token after another scheme': { ...genuine, headers: { authorization: `Token ${secret}` } },
    'the scheme in another case': { ...genuine, headers: { authorization: `bearer ${secret}` } },
    'two spaces after the scheme': { ...genuine, headers: { authorization: `Bearer  ${secret}` } },
    'the scheme alone': { ...genuine, headers: { authorization: 'Bearer ' } },
    'the token in another case': { ...genuine, headers: { authorization: secret.toLowerCase() } },
    'the token in another header': { ...genuine, headers: { 'x-api-key': secret } },
    'the token in the query': { ...genuine, headers: {}, url: `${genuine.url}&access_token=${secret}` },
  }),
  sign: (_body, _headers, { secret }) => ({ authorization: secret }),
};
