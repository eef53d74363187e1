/** One channel, many subscribers: measures CPU and latency of a delivery, and the memory of an idle subscriber. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Subscribers } from './fanout/subscribers.mjs';
import { competitors } from './fanout/competitors.mjs';
import { cpuSeconds, maxDescriptors, residentKiB } from './fanout/observe.mjs';
import { payloadOf } from './fanout/message.mjs';
import { printFanout, printFanoutTargets } from './fanout/report.mjs';
import { printComparison } from './report.mjs';

const CLIENT_PROCESSES = 2;
/** Subscribed before the first look at memory, so that one-time allocations are not counted for a subscriber. */
const FIRST_SUBSCRIBERS = 1_000;
const IN_FLIGHT = 4;
const PACED_DELIVERIES = 40_000;
const SETTLE_MS = 3_000;
const QUICK = { rounds: 1, sizes: [1_000], deliveries: 200_000, seconds: 2 };
const WHOLE = { rounds: 3, sizes: [1_000, 5_000, 10_000], deliveries: 1_000_000, seconds: 5 };

export const fanoutCompetitors = competitors.map(({ name }) => name);

/** @param bench `{ postgres, quick, rounds, subscribers, takesPart(name) }` */
export async function benchFanout(bench) {
  const size = bench.quick ? QUICK : WHOLE;
  const rounds = bench.rounds ?? size.rounds;
  const participants = competitors.filter(({ name, label, installed }) => {
    if (!bench.takesPart(name)) return false;
    if (installed()) return true;
    console.log(`${label} is not installed: left out.`);
    return false;
  });
  const requested = bench.subscribers ?? size.sizes;
  const sizes = requested.filter((subscribers) => subscribers < maxDescriptors() - 500);
  if (sizes.length < requested.length) console.log('Some sizes are left out: ulimit -n is too low for them.');
  const results = participants.map((competitor) => ({ ...competitor, rounds: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const result of round % 2 === 0 ? results : results.toReversed()) {
      const figures = {};
      for (const subscribers of sizes) {
        process.stderr.write(`round ${round + 1} of ${rounds}: ${result.label}, ${subscribers} subscribers\n`);
        figures[subscribers] = await measure({
          competitor: result,
          subscriberCount: subscribers,
          size,
          postgres: bench.postgres,
        });
      }
      result.rounds.push(figures);
    }
  }
  printFanout({ results, sizes, rounds });
  printComparison(
    results,
    sizes.flatMap((subscribers) => [
      [`${subscribers} subscribers, flooded, deliveries/s`, (round) => round[subscribers].flood.perSecond],
      [`${subscribers} subscribers, paced, per CPU second`, (round) => round[subscribers].paced.perCpuSecond],
    ]),
  );
  printFanoutTargets({ results, sizes });
}

async function measure(trial) {
  const { competitor, postgres } = trial;
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-bench-fanout-'));
  try {
    const run = (databaseUrl) => measureOn(trial, { dataDir, databaseUrl });
    return competitor.needsDatabase ? await postgres.withDatabase(run) : await run();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureOn({ competitor, subscriberCount, size }, environment) {
  const server = await competitor.start({ ...environment, subscribers: subscriberCount });
  const subscribers = new Subscribers(CLIENT_PROCESSES);
  try {
    const memory = await openAll(server, subscribers, subscriberCount);
    const publisher = await server.publisher();
    const trial = { server, subscribers, subscriberCount, publisher, next: 1 };
    await paced(trial, 1);
    const figures = {
      memory,
      paced: await observe(trial, () => paced(trial, size.seconds)),
      flood: await observe(trial, () => flood(trial, Math.ceil(size.deliveries / subscriberCount))),
    };
    await publisher.close();
    return figures;
  } finally {
    await subscribers.stop();
    await server.stop();
  }
}

/** @returns KiB per subscriber beyond the first ones; undefined when there are no others */
async function openAll(server, subscribers, subscriberCount) {
  const { port, target, credentials } = server;
  await subscribers.open(port, target, credentials.slice(0, FIRST_SUBSCRIBERS));
  if (subscriberCount <= FIRST_SUBSCRIBERS) return undefined;
  const before = await settledKiB(server);
  await subscribers.open(port, target, credentials.slice(FIRST_SUBSCRIBERS));
  return ((await settledKiB(server)) - before) / (subscriberCount - FIRST_SUBSCRIBERS);
}

/** `command` is undefined for servers that can't collect garbage on request. */
async function settledKiB({ pid, command }) {
  await delay(SETTLE_MS);
  await command?.('collectGarbage');
  await delay(SETTLE_MS / 3);
  return residentKiB(pid);
}

/** Publishes at a rate below every server's limit, so that nothing is batched. */
async function paced(trial, seconds) {
  const perSecond = PACED_DELIVERIES / trial.subscriberCount;
  const startedAt = performance.now();
  const count = Math.ceil(perSecond * seconds);
  for (let sent = 0; sent < count; sent++) {
    const wait = startedAt + (sent * 1_000) / perSecond - performance.now();
    if (wait > 0) await delay(wait);
    publish(trial);
  }
  await trial.subscribers.reached(trial.next - 1);
}

/** Publishes as fast as possible, with IN_FLIGHT messages under way at a time. */
async function flood(trial, messages) {
  const first = trial.next;
  for (let sent = 0; sent < messages; sent++) {
    if (sent >= IN_FLIGHT) await trial.subscribers.reached(first + sent - IN_FLIGHT);
    publish(trial);
  }
  await trial.subscribers.reached(trial.next - 1);
}

function publish(trial) {
  trial.publisher.publish(payloadOf(trial.next++));
}

async function observe(trial, work) {
  const { server, subscribers, subscriberCount } = trial;
  await subscribers.collect();
  await server.command?.('eventLoopDelay');
  const first = trial.next;
  const before = { cpu: cpuSeconds(server.pid), clients: subscribers.cpuSeconds, at: performance.now() };
  await work();
  const seconds = (performance.now() - before.at) / 1_000;
  const cpu = cpuSeconds(server.pid) - before.cpu;
  const eventLoopDelay = await server.command?.('eventLoopDelay');
  const { latencies, disorder } = await subscribers.collect();
  const deliveries = (trial.next - first) * subscriberCount;
  if (latencies.size !== deliveries || disorder > 0) {
    throw new Error(`${latencies.size} of ${deliveries} arrived, ${disorder} out of order.`);
  }
  return {
    eventLoopDelay,
    perSecond: deliveries / seconds,
    perCpuSecond: deliveries / cpu,
    busy: cpu / seconds,
    clientsBusy: (subscribers.cpuSeconds - before.clients) / seconds,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
  };
}
