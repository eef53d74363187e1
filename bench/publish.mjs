/** Measures publishing beside accepting: the same server, events and webhooks of 300 bytes, in turns. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, freePort } from './child.mjs';
import { competitors } from './competitors.mjs';
import { atMost, printRows, target } from './report.mjs';
import { median } from './statistics.mjs';

const QUICK = { rounds: 2, warmUp: 1_000, seconds: 2, pacedSeconds: 3 };
const WHOLE = { rounds: 5, warmUp: 5_000, seconds: 4, pacedSeconds: 10 };
/** One caller publishes everything, and the default limit of 600 calls a minute is one of a person. */
const MAX_CALLS = '100000000';
const LEAST_RATIO = 0.7;
const MAX_EXTRA_MS = 5;

/** The name is that of the server: `--only publish,tidings` takes this part alone. */
export const publishCompetitors = ['tidings'];

/** @param bench `{ postgres, quick, rounds }` */
export async function benchPublish(bench) {
  const size = bench.quick ? QUICK : WHOLE;
  const rounds = bench.rounds ?? size.rounds;
  const accept = { label: 'accept a webhook', rounds: [] };
  const publish = { label: 'publish an event', rounds: [] };
  // Without the worker, as in the accept path of the part `webhooks`.
  await withServer(bench, false, async ({ webhook, event, load }) => {
    const loads = [
      [accept, await load({ ...webhook, socket: undefined, small: true })],
      [publish, await load({ ...event, socket: undefined })],
    ];
    for (const [, { run }] of loads) await run({ command: 'flood', connections: 50, count: size.warmUp });
    for (let round = 0; round < rounds; round++) {
      for (const [result, { run }] of round % 2 === 0 ? loads : loads.toReversed()) {
        process.stderr.write(`round ${round + 1} of ${rounds}: ${result.label}\n`);
        const flood = (connections) => run({ command: 'flood', connections, seconds: size.seconds });
        result.rounds.push({ at50: await flood(50), at200: await flood(200) });
      }
    }
  });
  await withServer(bench, true, async ({ webhook, event, load }) => {
    const loads = [
      [accept, await load({ ...webhook, small: true })],
      [publish, await load(event)],
    ];
    for (const [, { run }] of loads) await run({ command: 'flood', connections: 50, count: size.warmUp });
    for (let round = 0; round < rounds; round++) {
      for (const [result, { run }] of loads) {
        result.rounds[round].paced = await run({ command: 'pace', perSecond: 100, seconds: size.pacedSeconds });
      }
    }
  });
  report(accept, publish, rounds);
}

function report(accept, publish, rounds) {
  console.log(`\n## Events and webhooks of 300 bytes, medians of ${rounds} rounds\n`);
  printRows(
    [accept, publish],
    [
      ['/s, 50 conn', ({ at50 }) => at50.acceptRate],
      ['p99 ms', ({ at50 }) => at50.answer.p99],
      ['/s, 200 conn', ({ at200 }) => at200.acceptRate],
      ['p99 ms', ({ at200 }) => at200.answer.p99],
      ['at 100/s: answer p50', ({ paced }) => paced.answer.p50],
      ['frame p50', ({ paced }) => paced.frame.p50],
      ['frame p99', ({ paced }) => paced.frame.p99],
    ],
  );
  const ratio = (of) => median(publish.rounds.map((round, i) => of(round) / of(accept.rounds[i])));
  console.log('\nTargets (median of the ratios of each round)');
  target(
    'publish rate / accept rate, 50 connections',
    ratio(({ at50 }) => at50.acceptRate),
    LEAST_RATIO,
  );
  target(
    'publish rate / accept rate, 200 connections',
    ratio(({ at200 }) => at200.acceptRate),
    LEAST_RATIO,
  );
  const extra = median(publish.rounds.map(({ paced }, i) => paced.frame.p50 - accept.rounds[i].paced.answer.p50));
  atMost('at 100/s, from publishing to the frame, p50 ms more than the answer to a webhook', extra, MAX_EXTRA_MS);
}

/** Runs the server on a fresh database. Fails if it lost an event or a webhook. */
async function withServer({ postgres }, whole, work) {
  const competitor = competitors.find(({ name }) => name === 'tidings');
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-bench-server-'));
  try {
    await postgres.withDatabase(async (databaseUrl) => {
      const [port, secret] = [await freePort(), randomBytes(20).toString('hex')];
      const environment = competitor.environment({ databaseUrl, port, dataDir, whole });
      const flags = process.env.BENCH_SERVER_FLAGS?.split(' ') ?? [];
      const server = Child.program(process.execPath, [...flags, competitor.program], {
        env: { PATH: process.env.PATH, ...environment, API_RATE_LIMIT_PER_MINUTE: MAX_CALLS },
        cwd: process.cwd(),
      });
      const loads = [];
      try {
        await server.ready(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
        const { publish: event, ...webhook } = await competitor.setUp(port, secret);
        await work({ webhook, event, load: (one) => startLoad(loads, { port, secret, target: one }) });
        const [{ accepted }] = loads;
        const stored = await competitor.stored({ databaseUrl });
        if (stored !== accepted) throw new Error(`${accepted} webhooks accepted and ${stored} stored.`);
      } finally {
        for (const { worker } of loads) await worker.stop();
        await server.stop();
      }
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startLoad(loads, settings) {
  const worker = Child.worker(join(import.meta.dirname, 'load.mjs'), [JSON.stringify(settings)]);
  const load = {
    worker,
    accepted: 0,
    async run(command) {
      const figures = await worker.request(command);
      load.accepted += figures.accepted;
      if (Object.keys(figures.refused).length > 0) throw new Error(`refused: ${JSON.stringify(figures.refused)}`);
      return figures;
    },
  };
  loads.push(load);
  await worker.request();
  return load;
}
