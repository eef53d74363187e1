import type { ProviderFixtures } from '../fixtures.js';

export const fixtures: ProviderFixtures = {
  secrets: [],
  examples: [
    {
      name: 'what curl -d sends',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'this is for WebSocketyness',
      expected: { eventType: 'message', title: 'this is for WebSocketyness' },
    },
    {
      name: 'several lines',
      headers: { 'content-type': 'text/plain', 'idempotency-key': 'backup-2026-11-20' },
      body: '\nThe nightly backup is done\n\n42 files, 3.1 GB\n',
      expected: { eventType: 'message', title: 'The nightly backup is done', deliveryId: 'backup-2026-11-20' },
    },
    {
      name: 'JSON with a message',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ level: 'warning', message: 'Disk /var is 91 % full', host: 'db-2' }, null, 2),
      expected: { eventType: 'message', title: 'Disk /var is 91 % full' },
    },
    {
      name: 'bytes that are no text',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from([0xff, 0xfe, 0x00, 0x80]),
      expected: { eventType: 'message', title: 'A message of 4 bytes' },
    },
  ],
  sign: () => ({}),
};
