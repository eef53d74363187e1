import { createServer, type IncomingHttpHeaders } from 'node:http';
import { freePort } from './app.js';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A web server of a third party. It records its requests and answers as `answer` says. */
export interface Receiver {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** Returns the status of an answer; a promise delays it. */
  answer: (request: ReceivedRequest) => number | Promise<number>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const port = await freePort();
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const seen = { method, path, headers, body: Buffer.concat(chunks).toString() };
      received.push(seen);
      void Promise.resolve(receiver.answer(seen)).then((status) =>
        response.writeHead(status, { 'x-answer': 'yes' }).end(status === 204 ? '' : 'the answer'),
      );
    });
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: () => 204,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return receiver;
}
