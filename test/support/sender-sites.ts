import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadFixtures } from '../../src/webhooks/providers/fixtures.js';
import { loadProviders } from '../../src/webhooks/providers/load-providers.js';

export interface SenderSites {
  /** The settings with which a server reads the sites of senders from here. */
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A mirror of the texts that the fixtures of all senders publish. */
export async function serveSenderSites(): Promise<SenderSites> {
  const texts = new Map<string, string>();
  for (const name of (await loadProviders()).keys()) {
    const published = (await loadFixtures(name)).publications?.() ?? {};
    for (const [address, text] of Object.entries(published)) texts.set(address, text);
  }
  const server = createServer((request, response) => {
    const text = texts.get(`https:/${request.url ?? ''}`);
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    settings: { SENDER_MIRROR_URL: `http://127.0.0.1:${port}`, OUTBOUND_TO_LOOPBACK: 'true' },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
