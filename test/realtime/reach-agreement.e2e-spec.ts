import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTidings, type RunningTidings } from '../support/app.js';
import { ReachTrial } from '../support/reach/trial.js';

const SEED = Number(process.env['REACH_SEED'] ?? Date.now() % 1_000_000);

let tidings: RunningTidings;

beforeAll(async () => {
  tidings = await startTidings();
});
afterAll(() => tidings.stop());

it(`agrees with what 40 clients received that come, go and lose rights at random (REACH_SEED=${SEED})`, async () => {
  const trial = await ReachTrial.prepare(tidings.api, tidings.workspaceId, [tidings.url], { seed: SEED, users: 40 });
  await trial.run({ events: 1_500, perCall: 15, everyMs: 60 });
  const { wrong, compared, unknown } = await trial.compareAll(5);
  expect(trial.faults).toEqual([]);
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(1_000);
  expect(unknown).toEqual([]);
  const { wrongReasons, reasons } = await trial.compareReasons(150);
  expect(wrongReasons).toEqual([]);
  expect([...reasons.keys()]).toEqual(expect.arrayContaining(['no-session', 'not-subscribed', 'written']));
}, 120_000);
