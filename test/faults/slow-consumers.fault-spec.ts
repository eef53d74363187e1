import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { LightSubscriber, type LightPosition } from '../support/light-subscriber.js';
import { NumberWriter } from '../support/number-writer.js';
import { recordRun } from '../support/record-run.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';

const SLOW = Number(process.env['SLOW_CONSUMERS'] ?? 1_000);
const HEALTHY = 100;
const BASELINE_MS = Number(process.env['BASELINE_MS'] ?? 15_000);
/** A hundred messages of 200 bytes a second. */
const PACE = { batch: 1, everyMs: 10, padding: 190 };
/** 10 s, the check every half second, and the second that a slow client has to read the reason. */
const CUT_WITHIN_MS = 11_500;
const MAX_MIB_MORE = 100;
const CONCURRENT_SUBSCRIBES = 50;

let database: TestDatabase;
let server: ServerProcess;
let token: string;
let channel: string;
let writer: NumberWriter | undefined;
const all: LightSubscriber[] = [];
let delays: number[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const secrets = { JWT_SECRET: randomBytes(32).toString('hex'), SECRETS_KEY: randomBytes(32).toString('base64') };
  server = await ServerProcess.make({ DATABASE_URL: database.url, ACCESS_TOKEN_SECONDS: '3600', ...secrets });
  await server.start();
  const { api, workspaceId } = await signInAsAdministrator(server.url);
  ({ token } = api);
  channel = `webhooks:${workspaceId}`;
  writer = await NumberWriter.start(database.url, channel, PACE);
}, 120_000);
afterAll(async () => {
  for (const subscriber of all) subscriber.cut();
  await writer?.stop();
  await server?.dispose();
  await database?.drop();
});

describe(`${SLOW} subscribers that stop reading, at 100 messages a second`, () => {
  it('are closed within 11.5 s without delaying other subscribers, and resume without a gap', async () => {
    const healthy = await subscribe(Array.from({ length: HEALTHY }), (ms) => delays.push(ms));
    const slow = await subscribe(Array.from({ length: SLOW }));
    await measured(2_000);
    const withReaders = await measured(BASELINE_MS);
    const memoryBefore = residentMib();

    for (const subscriber of slow) subscriber.stopReading();
    const stoppedAt = performance.now();
    delays = [];
    let memoryPeak = 0;
    await eventually(
      'all slow consumers are closed',
      async () => {
        memoryPeak = Math.max(memoryPeak, residentMib());
        return (await cut()) === SLOW;
      },
      60_000,
    );
    const cutWithinMs = performance.now() - stoppedAt;
    await delay(BASELINE_MS - Math.min(BASELINE_MS, performance.now() - stoppedAt));
    const withSlowOnes = summary(delays);
    const memoryAfter = residentMib();
    recordRun({
      fault: 'clients that do not read',
      options: { SLOW_CONSUMERS: SLOW },
      figures: {
        'clients that do not read': SLOW,
        'closed within': `${Math.round(cutWithinMs)} ms`,
        'p99 of the others before': `${withReaders.p99} ms`,
        'p99 of the others with them': `${withSlowOnes.p99} ms`,
        'more memory at most': `${memoryPeak - memoryBefore} MiB`,
      },
    });
    expect(cutWithinMs).toBeLessThan(CUT_WITHIN_MS);
    expect(withSlowOnes.p99).toBeLessThanOrEqual(2 * withReaders.p99);
    expect(memoryPeak - memoryBefore).toBeLessThan(512);
    expect(memoryAfter - memoryBefore).toBeLessThan(MAX_MIB_MORE);
    expect(healthy.filter(({ ended }) => ended)).toEqual([]);

    for (const subscriber of slow) subscriber.resumeReading();
    await eventually('the slow consumers see the close', () => slow.every(({ ended }) => ended));
    await writer?.stop();
    writer = undefined;
    const resumed = await subscribe(slow.map(({ position }) => position));
    const { offset } = await settled(healthy);
    await eventually(
      'all slow consumers have caught up',
      () => resumed.every(({ position }) => position.offset >= offset),
      120_000,
    );
    expect(resumed.filter(({ recovered }) => recovered !== true)).toEqual([]);
    expect([...healthy, ...slow, ...resumed].reduce((sum, { disorder }) => sum + disorder, 0)).toBe(0);
    await eventually('the memory is released', () => residentMib() - memoryBefore < MAX_MIB_MORE, 30_000);
  }, 280_000);
});

async function subscribe(
  positions: readonly (LightPosition | undefined)[],
  onDelay?: (milliseconds: number) => void,
): Promise<LightSubscriber[]> {
  const made: LightSubscriber[] = [];
  for (let start = 0; start < positions.length; start += CONCURRENT_SUBSCRIBES) {
    const some = positions.slice(start, start + CONCURRENT_SUBSCRIBES).map((position) =>
      LightSubscriber.subscribe(server.url, token, channel, {
        ...(position === undefined ? {} : { position }),
        ...(onDelay === undefined ? {} : { onDelay }),
      }),
    );
    made.push(...(await Promise.all(some)));
  }
  all.push(...made);
  return made;
}

/** The common position of all subscribers after the last event. */
async function settled(subscribers: readonly LightSubscriber[]): Promise<LightPosition> {
  return eventually('all subscribers stay at the same position for a second', async () => {
    const before = subscribers.map(({ position }) => position.offset);
    await delay(1_000);
    const [first] = subscribers;
    const isStable = subscribers.every(({ position }, i) => position.offset === before[i]);
    return isStable && new Set(before).size === 1 && first?.position;
  });
}

async function measured(milliseconds: number): Promise<{ p50: number; p99: number }> {
  delays = [];
  await delay(milliseconds);
  return summary(delays);
}

function summary(values: readonly number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.floor((sorted.length - 1) * q)] ?? Number.NaN;
  return { p50: quantile(0.5), p99: quantile(0.99) };
}

async function cut(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/tidings_sockets_closed_total{reason="slow consumer"} (\d+)/.exec(text)?.[1] ?? 0);
}

function residentMib(): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kib) / 1_024);
}
