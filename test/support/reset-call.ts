import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from './api.js';

export const OTHER_ADDRESS = '127.0.0.5';

interface Call {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly localAddress?: string;
  /** From the last byte to the reset; 0 by default. */
  readonly afterMs?: number;
}

/** Sends a whole request, and resets the connection before the answer. */
export async function sendAndReset(
  url: string,
  { method, headers, body, localAddress, afterMs = 0 }: Call,
): Promise<void> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress, noDelay: true });
  await once(socket, 'connect');
  const lines = Object.entries({ host: 'localhost', 'content-length': Buffer.byteLength(body), ...headers });
  const head = [`${method} ${pathname}${search} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  await new Promise((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, resolve));
  if (afterMs > 0) await delay(afterMs);
  socket.resetAndDestroy();
}

/** Sends a PUT from another loopback address, and resets the connection before the answer. */
export function putAndReset({ url, token }: Api, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return sendAndReset(`${url}${path}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(body),
    localAddress: OTHER_ADDRESS,
  });
}
