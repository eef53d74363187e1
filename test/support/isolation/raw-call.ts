import { Agent, request } from 'node:http';
import type { Draft } from './draft-request.js';

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  /** The raw status text, headers and body. */
  readonly text: string;
  readonly body: string;
}

/** How long an event stream is read. */
const STREAM_MS = 100;

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

export const closeConnections = (): void => agent.destroy();

/** Sends a path unchanged: `fetch` would normalise it. */
export function rawCall(url: string, token: string, { method, path, body }: Draft): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const headers = { authorization: `Bearer ${token}`, ...type };
  return new Promise((resolve, reject) => {
    const call = request({ agent, hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      const done = (): void => {
        const text = Buffer.concat(chunks).toString();
        const head = [response.statusMessage, ...response.rawHeaders].join('\n');
        const contentType = response.headers['content-type'] ?? '';
        resolve({ status: response.statusCode ?? 0, contentType, text: `${head}\n${text}`, body: text });
      };
      response.on('end', done);
      if (response.headers['content-type']?.startsWith('text/event-stream') !== true) return;
      setTimeout(() => {
        response.off('error', reject).destroy();
        done();
      }, STREAM_MS);
    });
    call.on('error', reject);
    call.end(body);
  });
}
