import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Receives one message per line from the bench. */
export function receiveMessages(onMessage) {
  const server = createServer((wire) => {
    wire.on('error', () => undefined);
    createInterface({ input: wire }).on('line', onMessage);
  });
  server.listen(Number(process.env.PUBLISH_PORT), '127.0.0.1');
}
