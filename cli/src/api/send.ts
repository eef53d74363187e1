import { CliError, EXIT } from '../errors.js';
import { USER_AGENT } from './version.js';

export const TIMEOUT_MS = 30_000;

/**
 * `fetch` with the name of this program and a deadline.
 * @throws CliError `server.redirects`, TimeoutError when the answer is not complete after `timeoutMs`, and those of
 *   `fetch`
 */
export async function send(request: Request, timeoutMs = TIMEOUT_MS): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set('user-agent', USER_AGENT);
  // The timer of `AbortSignal.timeout` does not keep the process alive. In Node 20 neither does a fetch whose
  // connection the server closes before it has read the request: the process would end without a message.
  const deadline = new AbortController();
  const signal = AbortSignal.any([request.signal, deadline.signal]);
  const timer = setTimeout(() => deadline.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs);
  try {
    // The password or the key is for this server alone.
    return refuseRedirect(await fetch(new Request(request, { headers, signal, redirect: 'manual' })));
  } finally {
    // It still bounds the body.
    timer.unref();
  }
}

function refuseRedirect(response: Response): Response {
  const target = response.headers.get('location');
  if (target === null || response.status < 300 || response.status > 399) return response;
  const hint = `Use the address that it names, if it is yours: ${target}`;
  throw new CliError('server.redirects', 'The server redirects to another address.', EXIT.usage, { hint });
}
