import { createHmac, randomUUID } from 'node:crypto';

import type { ProviderFixtures, SigningContext } from '../fixtures.js';
import { readSignedContent } from '../signed-content.js';
import { hmacOptions, type HmacOptions } from './hmac.options.js';

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
  sign(body, headers, context) {
    const options = hmacOptions.parse(context.options);
    const { header, prefix, scheme } = options;
    if (scheme === 'token') return { [header]: `${prefix}${context.secret}` };
    if (scheme === 'basic') return { [header]: `${prefix}Basic ${Buffer.from(context.secret).toString('base64')}` };
    if (scheme !== 'hmac') throw new Error('Only the sender has the private key.');
    return signed(body, headers, options, context);
  },
};

function signed(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  options: HmacOptions,
  { secret, now, url }: SigningContext,
): Record<string, string> {
  const { algorithm, encoding, header, prefix, separator = '', timestamp: time, idHeader } = options;
  const isIdSigned = idHeader !== undefined && options.content.includes('{id}');
  const id = isIdSigned ? (headers[idHeader] ?? randomUUID()) : undefined;
  const timestamp = time && timeAs(time.unit, now);
  const pieces = readSignedContent(options.content)?.({ request: { headers, body, url }, timestamp, id }) ?? [];
  const hmac = createHmac(algorithm, options.key === 'text' ? secret : Buffer.from(secret, options.key));
  for (const piece of pieces) hmac.update(piece);
  const signature = `${prefix}${hmac.digest(encoding)}`;
  const item = time?.item === undefined ? '' : `${time.item}${timestamp}${separator}`;
  return {
    ...(idHeader !== undefined && id !== undefined && { [idHeader]: id }),
    ...(time?.header !== undefined && timestamp !== undefined && { [time.header]: timestamp }),
    [header]: `${item}${signature}`,
  };
}

function timeAs(unit: 's' | 'ms' | 'iso', now: Date): string {
  if (unit === 'iso') return now.toISOString();
  return String(unit === 'ms' ? now.getTime() : Math.floor(now.getTime() / 1000));
}
