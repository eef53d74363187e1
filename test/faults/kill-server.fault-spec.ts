import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { lostAndTwice, recordRun } from '../support/record-run.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { githubHeaders, makeSource, webhookEvents, type TestSource } from '../support/webhooks.js';

const MINUTE_MS = 60_000;
const SENDERS = 20;
const DRAINED_WITHIN_MS = 60_000;

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.dispose();
  server = undefined;
});

/** Sends deliveries one after the other, retrying each until it is acknowledged, and records the acknowledged ones. */
async function sendUntil(end: number, source: TestSource, journal: Map<string, string>): Promise<number> {
  let attempts = 0;
  while (Date.now() < end) {
    const deliveryId = randomUUID();
    const body = JSON.stringify({ ref: 'refs/heads/main', after: deliveryId, padding: 'x'.repeat(1_000) });
    const headers = githubHeaders({ body, deliveryId, secret: source.secret });
    // Retries continue after the end for a while, because the server may be down at that moment.
    while (Date.now() < end + MINUTE_MS) {
      attempts += 1;
      const answer = await fetch(source.url, { method: 'POST', headers, body }).catch(() => undefined);
      if (answer?.status === 202) {
        journal.set(deliveryId, ((await answer.json().catch(() => ({}))) as { deliveryId: string }).deliveryId);
        break;
      }
      if (answer !== undefined && answer.status !== 503) throw new Error(`Unexpected answer ${answer.status}.`);
      await delay(20);
    }
  }
  return attempts;
}

describe('a server that is killed every second for a minute under load', () => {
  it(
    'has every acknowledged webhook in its inbox and in its log exactly once',
    async () => {
      server = await ServerProcess.make();
      await server.start();
      const { api, workspaceId } = await signInAsAdministrator(server.url);
      const source = await makeSource(api, workspaceId, { provider: 'github' });
      const journal = new Map<string, string>();
      const end = Date.now() + MINUTE_MS;
      const senders = Promise.all(Array.from({ length: SENDERS }, () => sendUntil(end, source, journal)));
      let kills = 0;
      let slowestStart = 0;
      while (Date.now() < end) {
        await delay(1_000);
        await server.kill();
        kills += 1;
        slowestStart = Math.max(slowestStart, await server.start());
      }
      const attempts = (await senders).reduce((sum, each) => sum + each, 0);
      const acknowledged = [...journal.values()].filter((id) => id !== undefined);
      const events = await eventually(
        'every acknowledged webhook is in the log',
        async () => {
          const found = await webhookEvents(api, workspaceId);
          const delivered = new Set(found.map(({ payload }) => payload.deliveryId));
          return acknowledged.every((id) => delivered.has(id)) && found;
        },
        DRAINED_WITHIN_MS,
      );
      const delivered = events.map(({ payload }) => payload.deliveryId);
      expect(new Set(delivered).size).toBe(delivered.length);
      expect(events.map(({ offset }) => offset)).toEqual(events.map((_, i) => i + 1));
      recordRun({
        fault: 'the server is killed every second under load',
        options: {},
        figures: {
          kills,
          attempts,
          'webhooks acknowledged': acknowledged.length,
          ...lostAndTwice(acknowledged, delivered),
          'slowest start': `${Math.round(slowestStart)} ms`,
        },
      });
      expect(kills).toBeGreaterThan(10);
      expect(acknowledged.length).toBeGreaterThan(1_000);
    },
    4 * MINUTE_MS,
  );
});
