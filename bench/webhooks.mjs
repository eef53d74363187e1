/** Measures from the webhook to the socket, beside a naive pipeline and the cheapest durable 202. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, freePort } from './child.mjs';
import { competitors } from './competitors.mjs';
import { printComparison, printTable, printTargets } from './report.mjs';

const QUICK = { rounds: 1, warmUp: 1_000, acceptSeconds: 2, webhooks: 3_000, pacedSeconds: 3 };
const WHOLE = { rounds: 3, warmUp: 8_000, acceptSeconds: 4, webhooks: 10_000, pacedSeconds: 10 };

export const webhookCompetitors = competitors.map(({ name }) => name);

/** @param bench `{ postgres, redis, quick, rounds, takesPart(name) }` */
export async function benchWebhooks(bench) {
  const size = bench.quick ? QUICK : WHOLE;
  const rounds = bench.rounds ?? size.rounds;
  const { redis } = bench;
  const participants = competitors.filter(
    ({ name, appendfsync }) => bench.takesPart(name) && (appendfsync === undefined || redis !== undefined),
  );
  if (redis === undefined) console.log('No redis-server is installed: the competitors that need one are left out.');
  const results = participants.map((competitor) => ({ ...competitor, rounds: [] }));
  for (let round = 0; round < rounds; round++) {
    // The order is reversed every round, so that a machine that slows down favours no competitor.
    for (const result of round % 2 === 0 ? results : results.toReversed()) {
      process.stderr.write(`round ${round + 1} of ${rounds}: ${result.label}\n`);
      const trial = { ...bench, size, competitor: result };
      result.rounds.push({ ...(await acceptPath(trial)), ...(await wholePath(trial)) });
    }
  }
  console.log(`\n## Webhooks of 5 KB, medians of ${rounds} rounds\n`);
  printTable(results);
  printComparison(results, [
    ['accept rate, 50 connections', ({ accept50 }) => accept50.acceptRate],
    ['accept rate, 200 connections', ({ accept200 }) => accept200.acceptRate],
    ['end to end rate', ({ whole }) => whole.endToEndRate],
    ['at 100/s, frame p50', ({ paced }) => paced.frame.p50],
  ]);
  if (participants.length === competitors.length || redis === undefined) printTargets(results);
}

/** Measures the accept path alone: no worker processes the accepted webhooks. */
function acceptPath(trial) {
  const { size } = trial;
  return measure(trial, false, async (run) => ({
    accept50: await run({ command: 'flood', connections: 50, seconds: size.acceptSeconds }),
    accept200: await run({ command: 'flood', connections: 200, seconds: size.acceptSeconds }),
  }));
}

/** Measures all roles in one process, from the POST to the frame. */
function wholePath(trial) {
  const { size, competitor } = trial;
  return measure(trial, true, async (run) => ({
    ...(competitor.delivers ? { whole: await run({ command: 'flood', connections: 50, count: size.webhooks }) } : {}),
    paced: await run({ command: 'pace', perSecond: 100, seconds: size.pacedSeconds }),
  }));
}

/** Starts and warms up the competitor on a fresh database. @throws Error when it lost an accepted webhook */
async function measure(trial, whole, phases) {
  const { competitor, redis, postgres } = trial;
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-bench-server-'));
  if (competitor.appendfsync !== undefined) await redis.reset(competitor.appendfsync);
  try {
    return await postgres.withDatabase((databaseUrl) => measureOn(trial, { whole, phases, dataDir, databaseUrl }));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureOn({ competitor, redis, size }, { whole, phases, dataDir, databaseUrl }) {
  const port = await freePort();
  const secret = randomBytes(20).toString('hex');
  const redisUrl = competitor.appendfsync === undefined ? undefined : redis.url;
  const environment = competitor.environment({ databaseUrl, redisUrl, port, secret, dataDir, whole });
  const flags = process.env.BENCH_SERVER_FLAGS?.split(' ') ?? [];
  const server = Child.program(process.execPath, [...flags, competitor.program], {
    env: { PATH: process.env.PATH, ...environment },
    cwd: process.cwd(),
  });
  let load;
  try {
    await server.ready(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
    const { path, socket } = await competitor.setUp(port, secret);
    const target = { path, ...(whole && socket !== undefined ? { socket } : {}) };
    load = Child.worker(join(import.meta.dirname, 'load.mjs'), [JSON.stringify({ port, secret, target })]);
    await load.request();
    let accepted = 0;
    const run = async (command) => {
      const figures = await load.request(command);
      accepted += figures.accepted;
      if (Object.keys(figures.refused).length > 0) {
        process.stderr.write(`  ${competitor.label} refused: ${JSON.stringify(figures.refused)}\n`);
      }
      return figures;
    };
    await run({ command: 'flood', connections: 50, count: size.warmUp });
    const figures = await phases(run);
    const stored = await competitor.stored({ databaseUrl, redis, whole });
    if (stored !== accepted) throw new Error(`${competitor.label}: ${accepted} accepted and ${stored} stored.`);
    return figures;
  } finally {
    await load?.stop();
    await server.stop();
  }
}
