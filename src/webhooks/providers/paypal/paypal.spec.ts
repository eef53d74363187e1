import { describe, expect, it } from '@jest/globals';
import { crc32 } from 'node:zlib';

import { publicationsOf, signedRequest } from '../fixtures.js';
import { fixtures } from './paypal.fixtures.js';
import { provider } from './paypal.provider.js';

const now = new Date('2026-11-20T12:00:00Z');
const url = 'https://tidings.example.com/webhooks/k3y';
const options = { webhookId: '9XL90610J3647323C' };
const [example] = fixtures.examples;
if (example === undefined) throw new Error('PayPal has no example.');
const genuine = signedRequest(fixtures, example, { secret: '', now, url, options });

/** A text with the checksum of another one: each bit of four bytes at its end changes the checksum independently. */
function bent(text: string, checksum: number): Buffer {
  const base = Buffer.concat([Buffer.from(text), Buffer.alloc(4)]);
  const zero = crc32(base);
  let wanted = (zero ^ checksum) >>> 0;
  const rows: { effect: number; bits: number }[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const flipped = Buffer.from(base);
    const at = base.length - 4 + (bit >> 3);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
    let row = { effect: (crc32(flipped) ^ zero) >>> 0, bits: (1 << bit) >>> 0 };
    for (const other of rows)
      if ((row.effect ^ other.effect) >>> 0 < row.effect)
        row = { effect: (row.effect ^ other.effect) >>> 0, bits: (row.bits ^ other.bits) >>> 0 };
    rows.push(row);
    rows.sort((a, b) => b.effect - a.effect);
  }
  let bits = 0;
  for (const row of rows)
    if ((wanted ^ row.effect) >>> 0 < wanted) {
      wanted = (wanted ^ row.effect) >>> 0;
      bits = (bits ^ row.bits) >>> 0;
    }
  base.writeUInt32LE(bits, base.length - 4);
  return base;
}

describe("PayPal's checksum", () => {
  it('fits a forged body that is bent to it, which is a repeat of the captured request by its signed id', async () => {
    const body = bent('{"event_type":"PAYMENT.CAPTURE.COMPLETED","summary":"forged"}', crc32(genuine.body));
    const forged = { ...genuine, body };
    const context = { secrets: [], options, now, publications: publicationsOf(fixtures) };
    expect(crc32(body)).toBe(crc32(genuine.body));
    expect(await provider.verify(forged, context)).toBe(true);
    expect(provider.signedId).toBe(true);
    expect(provider.deliveryId(forged, { options })).toBe(provider.deliveryId(genuine, { options }));
  });
});

describe('the options of a source for PayPal', () => {
  it.each([[{}], [{ webhookId: '' }], [{ webhookId: 'a|b|c|d|e|f' }], [{ webhookId: 'x'.repeat(51) }]])(
    'are refused without the ID of a webhook: %j',
    (given) => {
      expect(provider.options?.safeParse(given).success).toBe(false);
    },
  );
});
