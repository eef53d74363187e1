import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { recordRun } from '../support/record-run.js';
import { NO_FAULTS, RetryingSenders } from '../support/retrying-senders.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { makeSource } from '../support/webhooks.js';

const MINUTE_MS = 60_000;
const SENDERS = 20;

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.dispose();
  server = undefined;
});

describe('a server that is killed every second for a minute under load', () => {
  it(
    'has every acknowledged webhook in its inbox and in its log exactly once',
    async () => {
      server = await ServerProcess.make();
      await server.start();
      const { api, workspaceId } = await signInAsAdministrator(server.url);
      const source = await makeSource(api, workspaceId, { provider: 'github' });
      const senders = new RetryingSenders(source, SENDERS);
      let kills = 0;
      let slowestStart = 0;
      for (const end = Date.now() + MINUTE_MS; Date.now() < end; kills++) {
        await delay(1_000);
        await server.kill();
        slowestStart = Math.max(slowestStart, await server.start());
      }
      await senders.stop();
      const faults = await senders.compareWithLog(api, workspaceId);
      recordRun({
        fault: 'the server is killed every second under load',
        options: {},
        figures: {
          kills,
          attempts: senders.attempts,
          'webhooks acknowledged': senders.acknowledged.size,
          ...faults,
          'slowest start': `${Math.round(slowestStart)} ms`,
        },
      });
      expect(faults).toEqual(NO_FAULTS);
      expect(kills).toBeGreaterThan(10);
      expect(senders.acknowledged.size).toBeGreaterThan(1_000);
    },
    4 * MINUTE_MS,
  );
});
