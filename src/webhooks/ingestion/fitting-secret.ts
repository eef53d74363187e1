import { databaseNow } from '../../platform/clock/database-clock.js';
import type { WebhookRequest } from '../providers/provider.js';
import { verifyRequest } from '../providers/verify-request.js';
import type { LiveSecret, LiveSource } from '../sources/live-sources.js';

/** Stands for the secret of a source without one. */
export const NO_SECRET: LiveSecret = { fingerprint: '', keys: [] };
const NONE = [NO_SECRET];

type Fitting = LiveSecret | undefined;

/**
 * Verifies a request. Two secrets are tried one after the other, which costs no more than both at once: each is one
 * signature to compute, and the second only if the first does not fit.
 * @returns the secret that made the signature, `NO_SECRET` for a source without secrets, or undefined if the request is
 * not genuine; a promise only if the provider returns one
 */
export function fittingSecret(source: LiveSource, request: WebhookRequest): Fitting | Promise<Fitting> {
  return tryFrom(0, source, request, new Date(databaseNow()));
}

function tryFrom(place: number, source: LiveSource, request: WebhookRequest, now: Date): Fitting | Promise<Fitting> {
  const { provider, options, publications, keysBySecret } = source;
  const secret = (keysBySecret.length === 0 ? NONE : keysBySecret)[place];
  if (secret === undefined) return undefined;
  const verified = verifyRequest(provider, request, { secrets: secret.keys, options, publications, now });
  if (verified === true) return secret;
  if (verified === false) return tryFrom(place + 1, source, request, now);
  return verified.then((isGenuine) => (isGenuine ? secret : tryFrom(place + 1, source, request, now)));
}
