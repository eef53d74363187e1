import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Dice } from '../support/dice.js';
import { lostAndTwice, recordRun } from '../support/record-run.js';
import { sendAndReset } from '../support/reset-call.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { eventually } from '../support/eventually.js';
import { githubHeaders, makeSource, post, webhookEvents } from '../support/webhooks.js';

const WEBHOOKS = Number(process.env['HANG_UP_WEBHOOKS'] ?? 1_000);
const SEED = Number(process.env['HANG_UP_SEED'] ?? Date.now() % 1_000_000);
const AT_ONCE = 10;
/** The answer comes within it, so that some hang up before and some after the commit. */
const MAX_WAIT_MS = 30;
const TIMEOUT_MS = 60_000 + WEBHOOKS * 50;

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.dispose();
  server = undefined;
});

describe(`${WEBHOOKS} senders that hang up before the answer and send again`, () => {
  it(
    'T22: have each webhook stored once, and the second request is answered with its id',
    async () => {
      server = await ServerProcess.make();
      await server.start();
      const { api, workspaceId } = await signInAsAdministrator(server.url);
      const source = await makeSource(api, workspaceId, { provider: 'github' });
      const dice = new Dice(SEED);
      const acknowledged: string[] = [];
      let duplicates = 0;
      let left = WEBHOOKS;
      const send = async () => {
        while (left-- > 0) {
          const body = JSON.stringify({ ref: 'refs/heads/main', after: randomUUID() });
          const headers = githubHeaders({ body, secret: source.secret });
          await sendAndReset(source.url, { method: 'POST', headers, body, afterMs: dice.below(MAX_WAIT_MS) });
          const answer = await post(source.url, body, headers);
          expect(answer.status).toBe(202);
          acknowledged.push(answer.deliveryId);
          if (answer.duplicate) duplicates += 1;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, send));
      const arrived = await eventually(
        'every webhook is in the log',
        async () => {
          const events = await webhookEvents(api, workspaceId);
          return events.length >= WEBHOOKS && events.map(({ payload }) => payload.deliveryId);
        },
        60_000,
      );
      const faults = lostAndTwice(acknowledged, arrived);
      recordRun({
        fault: 'T22 the sender hangs up before the answer and sends again',
        options: { HANG_UP_WEBHOOKS: WEBHOOKS, HANG_UP_SEED: SEED },
        figures: { webhooks: WEBHOOKS, 'stored by the first request': duplicates, ...faults },
      });
      expect(faults).toEqual({ lost: 0, twice: 0 });
      expect(arrived).toHaveLength(WEBHOOKS);
    },
    TIMEOUT_MS,
  );
});
