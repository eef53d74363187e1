import { deliveryIdFrom } from './delivery-id.js';
import type { Provider, SecretReading } from './provider.js';
import { isStandardSigned, readStandardSecret } from './standard-webhooks-signature.js';
import { secondsAsMs } from './timestamp-window.js';

/**
 * The parts of a provider whose sender delivers by way of Svix:
 * https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export const svixScheme: Required<Pick<Provider, 'signedId' | 'verify' | 'evidence' | 'deliveryId'>> = {
  // The id belongs to the message and stays the same in each attempt.
  signedId: true,
  verify: (request, context) => isStandardSigned(request, 'svix', context),
  evidence: {
    headers: () => ['svix-signature'],
    signedAt: ({ headers }) => secondsAsMs(headers['svix-timestamp']),
  },
  deliveryId: ({ headers }) => deliveryIdFrom(headers['svix-id']),
};

/** Reads a `whsec_` secret, and rejects the API keys of the sender by their form. */
export function readSvixSecret(apiKey: RegExp, where: string): (secret: string) => SecretReading {
  return (secret) =>
    apiKey.test(secret) ? { problem: `is an API key, not the signing secret: ${where}` } : readStandardSecret(secret);
}
