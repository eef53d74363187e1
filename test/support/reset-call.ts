import { once } from 'node:events';
import { connect } from 'node:net';
import type { Api } from './api.js';

export const OTHER_ADDRESS = '127.0.0.5';

/** Sends a PUT from another loopback address, and resets the connection before the answer. */
export async function putAndReset({ url, token }: Api, path: string, body: object): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress: OTHER_ADDRESS, noDelay: true });
  await once(socket, 'connect');
  const text = JSON.stringify(body);
  const head = [
    `PUT ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${text.length}`,
  ];
  await new Promise((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n${text}`, resolve));
  socket.resetAndDestroy();
}
