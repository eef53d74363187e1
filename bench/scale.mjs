/** Many channels, several gateways: the CPU of a gateway for each event of the installation, followed there or not. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { competitors, startNode } from './fanout/competitors.mjs';
import { cpuSeconds } from './fanout/observe.mjs';
import { addMembers, openLog, startGateway } from './fanout/tidings.mjs';
import { atMost, printRows } from './report.mjs';
import { median } from './statistics.mjs';

const CHANNELS = 1_000;
const CHANNELS_PER_STREAM = 100;
const EVENTS_PER_APPEND = 10;
const MAX_UNFOLLOWED_MICROSECONDS = 2;
const WINDOWS = 5;
const QUICK = { rounds: 1, gateways: [1, 2], perSecond: 2_000, seconds: 1 };
const WHOLE = { rounds: 2, gateways: [1, 2, 4], perSecond: 2_000, seconds: 3 };

export const scaleCompetitors = ['tidings', 'before'];

/** @param bench `{ postgres, quick, rounds, takesPart(name) }` */
export async function benchScale(bench) {
  const size = bench.quick ? QUICK : WHOLE;
  const rounds = bench.rounds ?? size.rounds;
  const builds = competitors.filter(({ name }) => scaleCompetitors.includes(name) && bench.takesPart(name));
  const results = builds.map((build) => ({ ...build, rounds: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const result of round % 2 === 0 ? results : results.toReversed()) {
      const figures = { unfollowed: await measure(bench, size, result, { gateways: 1, follows: () => false }) };
      for (const gateways of size.gateways) {
        const follows = (gateway, channel) => channel % gateways === gateway;
        figures[gateways] = await measure(bench, size, result, { gateways, follows });
      }
      result.rounds.push(figures);
    }
  }
  report(results, { ...size, rounds });
}

async function measure({ postgres }, size, { label, program }, { gateways, follows }) {
  process.stderr.write(`${label}: ${gateways} gateways\n`);
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-bench-scale-'));
  const closing = [];
  try {
    return await postgres.withDatabase(async (databaseUrl) => {
      try {
        const secret = randomBytes(32).toString('base64');
        const nodes = [];
        for (let node = 0; node < gateways; node++) {
          const gateway = await startGateway({ databaseUrl, dataDir, secret }, startNode, program);
          closing.push(() => gateway.stop());
          nodes.push(gateway);
        }
        const workspaceId = randomUUID();
        const [session] = await addMembers(databaseUrl, workspaceId, 1);
        const names = Array.from({ length: CHANNELS }, (_, channel) => `topic:${workspaceId}/channel-${channel}`);
        const log = await openLog(program, databaseUrl);
        closing.push(() => log.close());
        for (let first = 0; first < CHANNELS; first += 100)
          await log.append(names.slice(first, first + 100).map((name) => [name, '{}']));
        for (const [node, gateway] of nodes.entries()) {
          const token = await gateway.issue(session);
          const channels = names.filter((_, channel) => follows(node, channel));
          closing.push(await follow(gateway.port, token, channels));
        }
        await delay(1_000);
        const windows = [];
        for (let window = 0; window < WINDOWS; window++) {
          const idle = await cpuWhile(nodes, () => delay(size.seconds * 1_000));
          let written = 0;
          const busy = await cpuWhile(nodes, async () => (written = await write(log, names, size)));
          windows.push({ idle, busy, written });
        }
        // The median, because a window may hold work that has nothing to do with events.
        const medianOf = (kind, node) => median(windows.map((window) => window[kind][node]));
        const perEvent = nodes.map(
          (_, node) => ((medianOf('busy', node) - medianOf('idle', node)) * 1_000_000) / windows[0].written,
        );
        return { microseconds: median(perEvent) };
      } finally {
        for (const close of closing.splice(0).toReversed()) await close();
      }
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Follows the channels by as few streams as possible. @returns a function that closes them */
async function follow(port, token, channels) {
  const abort = new AbortController();
  for (let first = 0; first < channels.length; first += CHANNELS_PER_STREAM) {
    const wanted = channels.slice(first, first + CHANNELS_PER_STREAM).join();
    const { status, body } = await fetch(`http://127.0.0.1:${port}/v1/stream?channels=${wanted}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: abort.signal,
    });
    if (status !== 200) throw new Error(`A stream was answered with ${status}.`);
    body.pipeTo(new WritableStream()).catch(() => undefined);
  }
  return () => abort.abort();
}

/** @returns the CPU seconds of each gateway during the work */
async function cpuWhile(nodes, work) {
  const before = nodes.map(({ pid }) => cpuSeconds(pid));
  await work();
  return nodes.map(({ pid }, node) => cpuSeconds(pid) - before[node]);
}

/** Appends to ten channels at a time, at a fixed rate. @returns the number of events */
async function write(log, names, { perSecond, seconds }) {
  const payload = JSON.stringify({ text: 'x'.repeat(200) });
  const startedAt = performance.now();
  const count = perSecond * seconds;
  for (let sent = 0; sent < count; sent += EVENTS_PER_APPEND) {
    await delay(Math.max(0, startedAt + (sent * 1_000) / perSecond - performance.now()));
    const first = (sent * 7) % CHANNELS;
    await log.append(names.slice(first, first + EVENTS_PER_APPEND).map((name) => [name, payload]));
  }
  return count;
}

function report(results, { gateways, perSecond, rounds }) {
  console.log(
    `\n## A gateway's CPU for each event of the installation: ${perSecond} events/s in ${CHANNELS} channels, ` +
      `medians of ${rounds} rounds, microseconds\n`,
  );
  printRows(results, [
    ['no channel is followed there', ({ unfollowed }) => unfollowed.microseconds],
    ...gateways.map((count) => [
      count === 1 ? 'all are followed there' : `1/${count} of the channels is followed there`,
      (round) => round[count].microseconds,
    ]),
  ]);
  const own = results.find(({ name }) => name === 'tidings');
  const unfollowed = own && median(own.rounds.map((round) => round.unfollowed.microseconds));
  atMost('microseconds for an event that no client of the gateway follows', unfollowed, MAX_UNFOLLOWED_MICROSECONDS);
}
