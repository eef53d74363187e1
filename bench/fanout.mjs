/** One channel, many subscribers: what a delivery costs, how long it takes, and what an idle subscriber holds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Audience } from './fanout/audience.mjs';
import { contenders } from './fanout/contenders.mjs';
import { cpuSeconds, maxDescriptors, residentKiB } from './fanout/observe.mjs';
import { payloadOf } from './fanout/message.mjs';
import { printFanout, printFanoutTargets } from './fanout/report.mjs';
import { printComparison } from './report.mjs';

const CLIENT_PROCESSES = 2;
/** Those who are there before memory is looked at for the first time: what comes once is not theirs. */
const FIRST = 1_000;
const IN_FLIGHT = 4;
const PACED_DELIVERIES = 40_000;
const SETTLE_MS = 3_000;
const QUICK = { rounds: 1, sizes: [1_000], deliveries: 200_000, seconds: 2 };
const WHOLE = { rounds: 3, sizes: [1_000, 5_000, 10_000], deliveries: 1_000_000, seconds: 5 };

export const fanoutContenders = contenders.map(({ name }) => name);

/** @param bench `{ postgres, quick, rounds, subscribers, takesPart(name) }` */
export async function benchFanout(bench) {
  const size = bench.quick ? QUICK : WHOLE;
  const rounds = bench.rounds ?? size.rounds;
  const running = contenders.filter(({ name, label, installed }) => {
    if (!bench.takesPart(name)) return false;
    if (installed()) return true;
    console.log(`${label} is not installed: left out.`);
    return false;
  });
  const wanted = bench.subscribers ?? size.sizes;
  const sizes = wanted.filter((subscribers) => subscribers < maxDescriptors() - 500);
  if (sizes.length < wanted.length) console.log('Some sizes are left out: ulimit -n is too low for them.');
  const results = running.map((contender) => ({ ...contender, rounds: [] }));
  for (let round = 0; round < rounds; round++) {
    for (const result of round % 2 === 0 ? results : results.toReversed()) {
      const figures = {};
      for (const subscribers of sizes) {
        process.stderr.write(`round ${round + 1} of ${rounds}: ${result.label}, ${subscribers} subscribers\n`);
        figures[subscribers] = await measure({ contender: result, subscribers, size, postgres: bench.postgres });
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
  const { contender, postgres } = trial;
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-bench-fanout-'));
  try {
    const run = (databaseUrl) => measureOn(trial, { dataDir, databaseUrl });
    return contender.needsDatabase ? await postgres.withDatabase(run) : await run();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureOn({ contender, subscribers, size }, place) {
  const server = await contender.start({ ...place, subscribers });
  const audience = new Audience(CLIENT_PROCESSES);
  try {
    const memory = await gather(server, audience, subscribers);
    const publisher = await server.publisher();
    const trial = { server, audience, publisher, subscribers, next: 1 };
    await paced(trial, 1);
    const figures = {
      memory,
      paced: await observed(trial, () => paced(trial, size.seconds)),
      flood: await observed(trial, () => flood(trial, Math.ceil(size.deliveries / subscribers))),
    };
    await publisher.close();
    return figures;
  } finally {
    await audience.stop();
    await server.stop();
  }
}

/** @returns KiB for each subscriber beyond the first ones; undefined when there are no more than those */
async function gather(server, audience, subscribers) {
  const { port, target, credentials } = server;
  await audience.open(port, target, credentials.slice(0, FIRST));
  if (subscribers <= FIRST) return undefined;
  const before = await settledKiB(server);
  await audience.open(port, target, credentials.slice(FIRST));
  return ((await settledKiB(server)) - before) / (subscribers - FIRST);
}

/** `ask` is undefined for those who collect no garbage, or do so when they like. */
async function settledKiB({ pid, ask }) {
  await delay(SETTLE_MS);
  await ask?.('collectGarbage');
  await delay(SETTLE_MS / 3);
  return residentKiB(pid);
}

/** A rate that nobody is at the limit with: what one delivery costs, and how long it takes, when nothing is batched. */
async function paced(trial, seconds) {
  const perSecond = PACED_DELIVERIES / trial.subscribers;
  const startedAt = performance.now();
  const count = Math.ceil(perSecond * seconds);
  for (let sent = 0; sent < count; sent++) {
    const wait = startedAt + (sent * 1_000) / perSecond - performance.now();
    if (wait > 0) await delay(wait);
    publish(trial);
  }
  await trial.audience.reached(trial.next - 1);
}

/** As fast as it goes, with so many messages under way at a time. */
async function flood(trial, messages) {
  const first = trial.next;
  for (let sent = 0; sent < messages; sent++) {
    if (sent >= IN_FLIGHT) await trial.audience.reached(first + sent - IN_FLIGHT);
    publish(trial);
  }
  await trial.audience.reached(trial.next - 1);
}

function publish(trial) {
  trial.publisher.publish(payloadOf(trial.next++));
}

async function observed(trial, work) {
  const { server, audience, subscribers } = trial;
  await audience.collect();
  await server.ask?.('turns');
  const first = trial.next;
  const before = { cpu: cpuSeconds(server.pid), clients: audience.cpuSeconds, at: performance.now() };
  await work();
  const seconds = (performance.now() - before.at) / 1_000;
  const cpu = cpuSeconds(server.pid) - before.cpu;
  const turns = await server.ask?.('turns');
  const { latencies, disorder } = await audience.collect();
  const deliveries = (trial.next - first) * subscribers;
  if (latencies.size !== deliveries || disorder > 0) {
    throw new Error(`${latencies.size} of ${deliveries} arrived, ${disorder} out of order.`);
  }
  return {
    turns,
    perSecond: deliveries / seconds,
    perCpuSecond: deliveries / cpu,
    busy: cpu / seconds,
    clientsBusy: (audience.cpuSeconds - before.clients) / seconds,
    p50: latencies.quantile(0.5),
    p99: latencies.quantile(0.99),
  };
}
