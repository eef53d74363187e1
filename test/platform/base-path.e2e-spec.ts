import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { createApp } from '../../src/create-app.js';
import { listenAddress } from '../../src/platform/http/server/listen-address.js';
import { Config } from '../../src/platform/config/config.js';
import { startTidings, type RunningTidings } from '../support/app.js';

describe('behind a proxy with a base path', () => {
  let tidings: RunningTidings;
  let url: string;

  beforeAll(async () => {
    tidings = await startTidings();
    const below = new Config({ ...tidings.config, publicUrl: `${tidings.url}/tidings` });
    const app = await createApp(below, tidings.databaseUrl);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    cleanup = () => app.close();
  });
  afterAll(async () => {
    await cleanup();
    await tidings.stop();
  });
  let cleanup = async (): Promise<void> => undefined;

  it('the API documentation uses only relative URLs', async () => {
    const html = await (await fetch(`${url}/docs`)).text();
    expect(html.match(/(?:src|href)="\/[^"]*"/g)).toBeNull();
  });

  it('the OpenAPI document contains the base path', async () => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { servers: { url: string }[] };
    expect(document.servers[0]?.url).toBe('/tidings');
  });
});

describe('by default', () => {
  it('the server listens on IPv4 and IPv6', async () => {
    const server = createServer((socket) => socket.end());
    const host = await listenAddress('::');
    await once(server.listen(0, host), 'listening');
    const { port } = server.address() as AddressInfo;
    for (const address of host === '::' ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
      await once(connect(port, address), 'connect');
    }
    server.close();
  });
});
