/** Measures Tidings side by side with its peers. See README.md; `--quick` takes a minute and proves little. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres, startRedis } from './backends.mjs';
import { Child, freePort } from './child.mjs';
import { contenders } from './contenders.mjs';
import { printTable, printTargets } from './report.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, rounds: { type: 'string' } },
});
const size = options.quick
  ? { rounds: 1, warmUp: 1_000, acceptSeconds: 2, webhooks: 3_000, pacedSeconds: 3 }
  : { rounds: 3, warmUp: 8_000, acceptSeconds: 4, webhooks: 10_000, pacedSeconds: 10 };
const rounds = Number(options.rounds ?? size.rounds);
const chosen = options.only?.split(',');

const postgres = await startPostgres();
const redis = await startRedis();
// An interrupted run must not leave its servers behind.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void stopBackends().finally(() => process.exit(1)));
try {
  const running = contenders.filter(
    ({ name, appendfsync }) => (chosen?.includes(name) ?? true) && (appendfsync === undefined || redis !== undefined),
  );
  if (redis === undefined) console.log('No redis-server is installed: the contenders that need one are left out.');
  const results = running.map((contender) => ({ ...contender, rounds: [] }));
  for (let round = 0; round < rounds; round++) {
    // Whoever went first goes last in the next round: a machine that slows down must not favour anyone.
    for (const result of round % 2 === 0 ? results : results.toReversed()) {
      process.stderr.write(`round ${round + 1} of ${rounds}: ${result.label}\n`);
      result.rounds.push({ ...(await acceptPath(result)), ...(await wholePath(result)) });
    }
  }
  console.log(`\n${cpus().length} cores, Node ${process.version}, 5 KB webhooks, medians of ${rounds} rounds\n`);
  printTable(results);
  if (chosen === undefined) printTargets(results);
} finally {
  await stopBackends();
}

async function stopBackends() {
  await redis?.stop();
  await postgres.stop();
}

/** The accept path alone: nothing takes up what was accepted. */
function acceptPath(contender) {
  return measure(contender, false, async (run) => ({
    accept50: await run({ command: 'flood', connections: 50, seconds: size.acceptSeconds }),
    accept200: await run({ command: 'flood', connections: 200, seconds: size.acceptSeconds }),
  }));
}

/** All parts in one process, from the POST to the frame. */
function wholePath(contender) {
  return measure(contender, true, async (run) => ({
    ...(contender.delivers ? { whole: await run({ command: 'flood', connections: 50, count: size.webhooks }) } : {}),
    paced: await run({ command: 'pace', perSecond: 100, seconds: size.pacedSeconds }),
  }));
}

/** Starts the contender on a fresh database, warms it up, measures, and checks that what it accepted is there. */
async function measure(contender, whole, phases) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-bench-server-'));
  if (contender.appendfsync !== undefined) await redis.reset(contender.appendfsync);
  try {
    return await postgres.withDatabase((databaseUrl) => measureOn({ contender, whole, phases, dataDir, databaseUrl }));
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureOn({ contender, whole, phases, dataDir, databaseUrl }) {
  const port = await freePort();
  const secret = randomBytes(20).toString('hex');
  const redisUrl = contender.appendfsync === undefined ? undefined : redis.url;
  const environment = contender.environment({ databaseUrl, redisUrl, port, secret, dataDir, whole });
  const flags = process.env.BENCH_SERVER_FLAGS?.split(' ') ?? [];
  const server = Child.program(process.execPath, [...flags, contender.program], {
    env: { PATH: process.env.PATH, ...environment },
    cwd: process.cwd(),
  });
  let load;
  try {
    await server.ready(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
    const { path, socket } = await contender.setUp(port, secret);
    const target = { path, ...(whole && socket !== undefined ? { socket } : {}) };
    load = Child.worker(join(import.meta.dirname, 'load.mjs'), [JSON.stringify({ port, secret, target })]);
    await load.ask();
    let accepted = 0;
    const run = async (command) => {
      const figures = await load.ask(command);
      accepted += figures.accepted;
      if (Object.keys(figures.refused).length > 0) {
        process.stderr.write(`  ${contender.label} refused: ${JSON.stringify(figures.refused)}\n`);
      }
      return figures;
    };
    await run({ command: 'flood', connections: 50, count: size.warmUp });
    const figures = await phases(run);
    const stored = await contender.stored({ databaseUrl, redis, whole });
    if (stored !== accepted) throw new Error(`${contender.label}: ${accepted} accepted and ${stored} stored.`);
    return figures;
  } finally {
    await load?.stop();
    await server.stop();
  }
}
