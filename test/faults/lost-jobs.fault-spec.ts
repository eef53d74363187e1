import { afterEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { forgetJobs } from '../support/forget-jobs.js';
import { lostAndTwice, recordRun } from '../support/record-run.js';
import { makeSource, postGithub, webhookEvents } from '../support/webhooks.js';

const LOAD_MS = 15_000;
const SENDERS = 10;

let tidings: RunningTidings | undefined;
afterEach(async () => {
  await tidings?.stop();
  tidings = undefined;
});

describe('a queue that repeatedly loses all its jobs under load', () => {
  it('delays events but loses none: every acknowledged webhook is in the log exactly once', async () => {
    tidings = await startTidings();
    const { api, workspaceId } = tidings;
    const source = await makeSource(api, workspaceId, { provider: 'github' });
    const acknowledged: string[] = [];
    const end = Date.now() + LOAD_MS;
    const senders = Array.from({ length: SENDERS }, async () => {
      while (Date.now() < end) {
        const answer = await postGithub(source, { body: JSON.stringify({ after: randomUUID() }) });
        if (answer.status === 202) acknowledged.push(answer.deliveryId);
        else expect(answer.status).toBe(503);
      }
    });
    let wipes = 0;
    while (Date.now() < end) {
      await delay(300);
      await forgetJobs(tidings);
      wipes += 1;
    }
    await Promise.all(senders);
    const events = await eventually(
      'every acknowledged webhook is in the log',
      async () => {
        const found = await webhookEvents(api, workspaceId);
        return found.length >= acknowledged.length && found;
      },
      60_000,
    );
    const delivered = events.map(({ payload }) => payload.deliveryId);
    expect(delivered.toSorted()).toEqual(acknowledged.toSorted());
    recordRun({
      fault: 'all jobs are deleted again and again under load',
      options: {},
      figures: { wipes, 'webhooks acknowledged': acknowledged.length, ...lostAndTwice(acknowledged, delivered) },
    });
    expect(acknowledged.length).toBeGreaterThan(200);
  }, 120_000);
});
