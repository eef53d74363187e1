import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Typeform Webhooks' };
const field = (id: string, type: string, ref: string) => ({ id, type, ref });

function response(eventId: string, type: string, answers: readonly object[]): string {
  return JSON.stringify({
    event_id: eventId,
    event_type: type,
    form_response: {
      form_id: 'lT4Z3j',
      token: 'a3a12ec67a1365927098a606107fac15',
      landed_at: '2026-11-20T11:58:00Z',
      submitted_at: '2026-11-20T12:00:00Z',
      definition: {
        id: 'lT4Z3j',
        title: 'Sign up',
        fields: [{ ...field('SMEUb7VJz92Q', 'email', 'email'), title: 'Where do we reach you?', properties: {} }],
        endings: [{ id: 'dN5FLyFpCMFo', ref: 'end', title: 'Thank you!', type: 'thankyou_screen' }],
      },
      answers,
      ending: { id: 'dN5FLyFpCMFo', ref: 'end' },
    },
  });
}

export const fixtures: ProviderFixtures = {
  secrets: ['tidings-4hY9qT2wVx7K-Zb3', 'tidings-Zb3-K7xVw2Tq9Yh4'],
  examples: [
    {
      name: 'a response',
      headers,
      body: response('01HGEXAMPLE0A1B2C3D4E5F6G7', 'form_response', [
        { type: 'choice', choice: { label: 'Monthly' }, field: field('k6TP9oLGgHjl', 'multiple_choice', 'plan') },
        { type: 'email', email: 'ada@example.com', field: field('SMEUb7VJz92Q', 'email', 'email') },
      ]),
      expected: {
        eventType: 'form_response',
        title: 'ada@example.com submitted the form Sign up',
        deliveryId: '01HGEXAMPLE0A1B2C3D4E5F6G7',
      },
    },
    {
      name: 'a partial response',
      headers,
      body: response('01HGEXAMPLE0A1B2C3D4E5F6G8', 'form_response_partial', []),
      expected: { eventType: 'form_response_partial', title: 'A respondent left unfinished the form Sign up' },
    },
  ],
  eventTypes: ['form_response', 'form_response_partial'].map((event) => ({
    headers,
    body: JSON.stringify({ event_type: event, form_response: {} }),
  })),
  forge: (genuine, _sign, { secret }) => {
    const digest = (algorithm: string, encoding: 'hex' | 'base64') =>
      createHmac(algorithm, secret).update(genuine.body).digest(encoding);
    const signed = (value: string) => ({ ...genuine, headers: { ...headers, 'typeform-signature': value } });
    return {
      'in hexadecimal digits': signed(`sha256=${digest('sha256', 'hex')}`),
      'SHA-1': signed(`sha1=${digest('sha1', 'base64')}`),
      'SHA-1 under the name of SHA-256': signed(`sha256=${digest('sha1', 'base64')}`),
      'of the body with a newline': signed(
        `sha256=${createHmac('sha256', secret).update(genuine.body).update('\n').digest('base64')}`,
      ),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'typeform-signature': `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`,
  }),
};
