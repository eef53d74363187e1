import type { paths } from '@tidings/server';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import { CliError, EXIT } from '../errors.js';
import { openInBrowser } from '../terminal/open-in-browser.js';
import { clean, note } from '../terminal/output.js';
import { answer } from './answer.js';
import { deviceTokens, type Tokens } from './credential.js';
import { send } from './send.js';

/**
 * Signs in by a browser, here or on another machine (RFC 8628): prints the address and the code, and waits for the
 * approval.
 * @throws CliError `device.refused`, `device.expired`
 */
export async function approvedByBrowser(url: string): Promise<Tokens> {
  const api = createClient<paths>({ baseUrl: url, fetch: (request: Request) => send(request) });
  const name = clean(hostname()).slice(0, 100).trim();
  const begun = await answer(api.POST('/v1/auth/device', { body: name === '' ? {} : { name } }));
  note(`Open ${clean(begun.verificationUriComplete)}`);
  note(`and approve the code ${clean(begun.userCode)}, in ${Math.floor(begun.expiresIn / 60)} minutes at most.`);
  if (isSameSite(begun.verificationUriComplete, url)) openInBrowser(begun.verificationUriComplete);
  else note('The server names an address of another site: continue only if that is yours, too.');
  const endsAt = performance.now() + begun.expiresIn * 1_000;
  let intervalMs = begun.interval * 1_000;
  while (performance.now() < endsAt) {
    await delay(intervalMs);
    const tokens = await deviceTokens(url, begun.deviceCode).catch((error: unknown) => {
      if (!isTemporary(error)) throw error;
      // RFC 8628, 3.5: slower after each such answer.
      if (error.code === 'device.slow-down') intervalMs += begun.interval * 1_000;
      return undefined;
    });
    if (tokens !== undefined) return tokens;
  }
  throw new CliError('device.expired', 'The code was not approved in time.', EXIT.signedOut, {
    hint: 'Run `tidings login` again.',
  });
}

/** A foreign server could name the page of the user's own one, and have a code of its own approved there. */
const isSameSite = (address: string, url: string): boolean =>
  URL.canParse(address) && new URL(address).origin === new URL(url).origin;

/** A server that restarts meanwhile keeps the codes. */
const isTemporary = (error: unknown): error is CliError =>
  error instanceof CliError && (error.code === 'device.pending' || error.exitCode === EXIT.unavailable);
