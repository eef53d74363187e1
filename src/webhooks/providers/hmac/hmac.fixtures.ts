import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

export const fixtures: ProviderFixtures = {
  secrets: ['a-secret-of-some-sender', 'the-secret-that-follows-it'],
  options: {
    header: 'x-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: 'sha256=',
    idHeader: 'x-delivery-id',
  },
  examples: [
    {
      name: 'JSON of some sender',
      headers: { 'content-type': 'application/json', 'x-delivery-id': 'd-1042' },
      body: JSON.stringify({ event: 'backup.finished', message: 'The nightly backup is done', size: 3328599654 }),
      expected: {
        eventType: 'backup.finished',
        title: 'backup.finished: The nightly backup is done',
        deliveryId: 'd-1042',
      },
    },
    {
      name: 'plain text of some sender',
      headers: { 'content-type': 'text/plain', 'idempotency-key': 'door-7' },
      body: 'The door is open\n',
      expected: { eventType: 'message', title: 'The door is open', deliveryId: 'door-7' },
    },
  ],
  sign(body, _headers, { secret, options }) {
    const algorithm = String(options['algorithm'] ?? 'sha256');
    const encoding = options['encoding'] === 'base64' ? 'base64' : 'hex';
    const signature = createHmac(algorithm, secret).update(body).digest(encoding);
    return { [String(options['header'])]: `${String(options['prefix'] ?? '')}${signature}` };
  },
};
