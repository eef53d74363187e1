import { ECDH } from 'node:crypto';
import { z } from 'zod';

const AUTH_BYTES = 16;

function isPublicKey(value: string): boolean {
  try {
    const bytes = Buffer.from(value, 'base64url');
    return bytes.length === 65 && ECDH.convertKey(bytes, 'prime256v1').length > 0;
  } catch {
    return false;
  }
}

const webSubscription = z.strictObject({
  endpoint: z.string().max(2_000).describe('an https URL of the push service'),
  expirationTime: z.number().nullish().describe('as sent by the browser; not used'),
  keys: z.strictObject({
    p256dh: z.string().max(200).refine(isPublicKey, 'a point on P-256, uncompressed, in base64url'),
    auth: z
      .string()
      .max(100)
      .refine((value) => Buffer.from(value, 'base64url').length === AUTH_BYTES, '16 bytes in base64url'),
  }),
});

const expoSubscription = z.strictObject({
  expoToken: z.string().regex(/^Expo(nent)?PushToken\[[\w-]{1,100}\]$/, 'ExponentPushToken[...]'),
});

export const subscribeRequest = z
  .union([webSubscription, expoSubscription])
  .describe('the result of `PushSubscription.toJSON()` in a browser, or the token of an Expo app')
  .meta({ id: 'SubscribeToPush' });

export const pushSubscriptionResponse = z
  .object({
    id: z.uuid(),
    service: z.enum(['web', 'expo']),
    host: z.string().nullable().describe('the host of the push service; null for Expo'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'PushSubscription' });

export const vapidKeyResponse = z
  .object({ publicKey: z.string().describe('`applicationServerKey` for `PushManager.subscribe`') })
  .meta({ id: 'VapidKey' });

export type SubscribeRequest = z.infer<typeof subscribeRequest>;
export type PushSubscriptionResponse = z.infer<typeof pushSubscriptionResponse>;
