import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import type { Api } from '../support/api.js';
import { ADMIN } from '../support/app.js';
import { Cli, type RunningCommand } from '../support/cli.js';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { makeSource, type TestSource } from '../support/webhooks.js';

const COUNT = 1_000;
const AT_ONCE = 20;

const stripe = new Stripe('sk_test_none');
let server: ServerProcess;
let api: Api;
let source: TestSource;
let cli: Cli;

beforeAll(async () => {
  server = await ServerProcess.make();
  await server.start();
  let workspaceId: string;
  ({ api, workspaceId } = await signInAsAdministrator(server.url));
  source = await makeSource(api, workspaceId, { provider: 'stripe', secrets: [SECRET] });
  cli = new Cli();
  await cli.logIn(server.url, ADMIN.email, ADMIN.password);
}, 120_000);
afterAll(async () => {
  cli?.dispose();
  await server?.dispose();
});

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiBhIHRlc3Q';

interface Arrival {
  readonly n: number;
  readonly deliveryId: string;
}

/** An application that accepts only what Stripe's own library accepts. */
class Shop {
  readonly arrivals: Arrival[] = [];
  readonly refused: string[] = [];
  private server: Server | undefined;

  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        try {
          const signature = String(request.headers['stripe-signature']);
          const event = stripe.webhooks.constructEvent(Buffer.concat(chunks), signature, SECRET, 3_600);
          const { n } = event.data.object as unknown as { n: number };
          this.arrivals.push({ n, deliveryId: String(request.headers['tidings-delivery-id']) });
          response.writeHead(200).end();
        } catch (error) {
          this.refused.push(String(error));
          response.writeHead(400).end();
        }
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}

/** Sends a webhook until the server has accepted it, as Stripe does. */
async function send(n: number): Promise<void> {
  // Spaces and an escape that another serializer would not write.
  const body = `{"id": "evt_${n}",  "object":"event","type":"charge.succeeded","data":{"object":{"n":${n},"text":"\\u00e9\\/é"}}}`;
  await eventually(
    `webhook ${n} is accepted`,
    async () => {
      const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET });
      const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': header };
      const response = await fetch(source.url, { method: 'POST', headers, body }).catch(() => undefined);
      return response?.ok === true;
    },
    60_000,
  );
}

async function sendAll(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, to - n) }, (_, i) => send(n + i)));
  }
}

const inLog = async (workspaceId: string): Promise<string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = '0'; cursor !== null;) {
    const path: string = `/v1/workspaces/${workspaceId}/events?channel=webhooks:${workspaceId}&limit=200&cursor=${cursor}`;
    const page = await api.get<{
      items: Array<{ payload: { deliveryId: string; sourceId: string } }>;
      nextCursor: string | null;
    }>(path);
    ids.push(
      ...page.body.items.filter(({ payload }) => payload.sourceId === source.id).map((one) => one.payload.deliveryId),
    );
    cursor = page.body.nextCursor;
  }
  return ids;
};

describe('listen', () => {
  it('forwards 1,000 webhooks once and in order, stopped by SIGSTOP while the server is killed twice', async () => {
    const shop = new Shop();
    const url = await shop.start();
    let command: RunningCommand | undefined;
    try {
      command = cli.start('listen', url, '--source', source.id, '--json');
      await eventually('the command is connected', () => command?.stdout.includes('"live"'));
      await sendAll(0, 100);
      await eventually('some arrived live', () => shop.arrivals.length > 20);
      command.child.kill('SIGSTOP');
      await sendAll(100, 400);
      await server.kill();
      const isRestarted = server.start();
      await sendAll(400, 700);
      await isRestarted;
      command.child.kill('SIGCONT');
      await server.kill();
      await server.start();
      await sendAll(700, COUNT);
      await eventually('all arrived', () => shop.arrivals.length + shop.refused.length >= COUNT, 90_000);
      expect(shop.refused).toEqual([]);
      await signedInAgain();
      const me = await api.get<{ workspaces: Array<{ id: string }> }>('/v1/me');
      const expected = await inLog(me.body.workspaces[0]?.id ?? '');
      expect(shop.arrivals.map(({ deliveryId }) => deliveryId)).toEqual(expected);
      expect(new Set(shop.arrivals.map(({ n }) => n)).size).toBe(COUNT);
      expect(shop.arrivals).toHaveLength(COUNT);
    } finally {
      await command?.end();
      shop.stop();
    }
  }, 300_000);
});

const signedInAgain = () =>
  eventually('the administrator can log in', () => api.logIn(ADMIN.email, ADMIN.password).then(() => true));
