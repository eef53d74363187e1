import { createHash, createHmac } from 'node:crypto';

import type { ProviderExample, ProviderFixtures } from '../fixtures.js';

const form = {
  'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  'user-agent': 'TwilioProxy/1.1',
  'i-twilio-idempotency-token': 'f4f5a0b1-7a0c-4d5e-9c3b-2a1f0e9d8c7b',
};

function isJson({ headers }: Pick<ProviderExample, 'headers'>): boolean {
  return headers['content-type']?.includes('json') ?? false;
}

export const fixtures: ProviderFixtures = {
  secrets: ['2f8c1b7a6d5e4c3b2a1908f7e6d5c4b3', '3b4c5d6e7f8091a2b3c4e5d6a7b1c8f2'],
  examples: [
    {
      name: 'a text message',
      headers: form,
      body: new URLSearchParams({
        MessageSid: 'SM0123456789abcdef0123456789abcdef',
        AccountSid: 'AC0123456789abcdef0123456789abcdef',
        From: '+14155550100',
        To: '+14155550199',
        Body: 'Is anybody there? ü & = +',
        NumMedia: '0',
        SmsStatus: 'received',
      }).toString(),
      expected: {
        eventType: 'message.received',
        title: 'Message from +14155550100 to +14155550199 received: Is anybody there? ü & = +',
        deliveryId: 'f4f5a0b1-7a0c-4d5e-9c3b-2a1f0e9d8c7b',
      },
    },
    {
      name: 'a call',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'CallSid=CA0123456789abcdef0123456789abcdef&From=%2B14155550100&To=%2B14155550199&CallStatus=no-answer',
      expected: { eventType: 'call.no-answer', title: 'Call from +14155550100 to +14155550199 no answer' },
    },
    {
      name: 'an event stream',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        {
          specversion: '1.0',
          type: 'com.twilio.messaging.message.delivered',
          id: 'EZ0123456789abcdef0123456789abcdef',
          data: { messageSid: 'SM0123456789abcdef0123456789abcdef', messageStatus: 'DELIVERED' },
        },
      ]),
      expected: {
        eventType: 'com.twilio.messaging.message.delivered',
        title: 'Twilio: com twilio messaging message delivered SM0123456789abcdef0123456789abcdef',
      },
    },
  ],
  vectors: [
    {
      origin: 'https://www.twilio.com/docs/usage/security#validating-requests',
      secret: '12345',
      headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
      body: 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212',
      url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
      at: '2026-11-20T12:00:00Z',
    },
  ],
  freshen(example, { url }) {
    const body = Buffer.from(example.body);
    if (!isJson(example)) return { body, url };
    const hash = createHash('sha256').update(body).digest('hex');
    return { body, url: `${url}${url.includes('?') ? '&' : '?'}bodySHA256=${hash}` };
  },
  sign(body, headers, { secret, url }) {
    const fields = new URLSearchParams(isJson({ headers }) ? '' : body.toString());
    fields.sort();
    const parameters = [...fields].map(([name, value]) => name + value);
    const signature = createHmac('sha1', secret).update(url).update(parameters.join('')).digest('base64');
    return { 'x-twilio-signature': signature };
  },
};
