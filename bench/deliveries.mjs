/** Measures the list of deliveries and the accept path with a million stored deliveries, and a flood of forgeries. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Child, freePort } from './child.mjs';
import { competitors } from './competitors.mjs';
import { atMost, target } from './report.mjs';
import { median, quantile } from './statistics.mjs';

const QUICK = { stored: 50_000, requests: 50, rounds: 2, seconds: 2, forgedPerSecond: 2_000 };
const WHOLE = { stored: 1_000_000, requests: 300, rounds: 5, seconds: 4, forgedPerSecond: 5_000 };
const MAX_FILTER_MS = 50;
const LEAST_ACCEPT = 0.97;
const MAX_SLOWDOWN = 2;
const HONEST_PER_SECOND = 100;
/** A source keeps 1,000 requests, and those between two deletions. */
const MAX_REFUSED = 2_000;

export const deliveryCompetitors = ['tidings'];

/** @param bench `{ postgres, quick }` */
export async function benchDeliveries(bench) {
  const size = bench.quick ? QUICK : WHOLE;
  await withServer(bench, (empty) =>
    withServer(bench, async (full) => {
      await store(full, size.stored);
      console.log(`\n## ${size.stored.toLocaleString('en')} stored deliveries\n`);
      await filters(full, size);
      await acceptRates(empty, full, size);
      console.log('\n## A flood of forged requests\n');
      await forgeries(empty, size);
    }),
  );
}

/** Milliseconds of each filter over HTTP, one request after another, with other values each time. */
async function filters({ get, workspaceId }, { requests }) {
  const [{ items }, { items: sources }] = await Promise.all([
    get(`/v1/workspaces/${workspaceId}/deliveries?limit=100`),
    get(`/v1/workspaces/${workspaceId}/sources`),
  ]);
  const any = (list) => list[Math.floor(Math.random() * list.length)];
  const at = (share) => new Date(Date.now() - share * 30 * 86_400_000).toISOString();
  const queries = {
    'no filter': () => '',
    status: () => `status=${any(['processed', 'failed', 'received'])}`,
    sourceId: () => `sourceId=${any(sources).id}`,
    provider: () => `provider=${any(['github', 'stripe', 'unknown'])}`,
    eventType: () => `eventType=${any(['star.created', 'push', 'invoice.paid', 'never'])}`,
    'since, until': () => `since=${at(0.6)}&until=${at(Math.random() * 0.5)}`,
    providerDeliveryId: () => `providerDeliveryId=${any(items).providerDeliveryId}`,
    q: () => `q=${any(['repository', 'number 77', 'nothing like it'])}`,
    test: () => `test=${any([true, false])}`,
    'status, provider, since': () => `status=failed&provider=github&since=${at(Math.random())}`,
  };
  for (const [name, query] of Object.entries(queries)) {
    const times = [];
    for (let sent = 0; sent < requests; sent++) {
      const startedAt = performance.now();
      await get(`/v1/workspaces/${workspaceId}/deliveries?limit=50&${query()}`);
      times.push(performance.now() - startedAt);
    }
    atMost(`p99 ms of ${name} (median ${median(times).toFixed(1)})`, quantile(times, 0.99), MAX_FILTER_MS);
  }
}

/** The accept rate beside that of an empty table, in turns. */
async function acceptRates(empty, full, { rounds, seconds }) {
  const ratios = [];
  for (let round = 0; round < rounds; round++) {
    const rates = new Map();
    for (const server of round % 2 === 0 ? [empty, full] : [full, empty]) {
      const { acceptRate } = await server.load({ command: 'flood', connections: 50, seconds });
      rates.set(server, acceptRate);
    }
    ratios.push(rates.get(full) / rates.get(empty));
  }
  target(
    `accept rate, of that with an empty table (rounds: ${ratios.map((one) => one.toFixed(2)).join(' ')})`,
    median(ratios),
    LEAST_ACCEPT,
  );
}

/** Honest webhooks at a fixed rate, alone and beside forged ones, in turns. */
async function forgeries({ load, forge, query }, { rounds, seconds, forgedPerSecond }) {
  const alone = [];
  const beside = [];
  let forged = 0;
  for (let round = 0; round < rounds; round++) {
    const honest = () => load({ command: 'pace', perSecond: HONEST_PER_SECOND, seconds });
    alone.push((await honest()).answer.p99);
    const flood = forge({ command: 'pace', perSecond: forgedPerSecond, seconds, atMost: true });
    beside.push((await honest()).answer.p99);
    const { refused, milliseconds } = await flood;
    forged = ((refused[401] ?? 0) * 1_000) / milliseconds;
    const others = Object.keys(refused).filter((status) => status !== '401');
    if (others.length > 0) throw new Error(`Forged requests were answered with ${others.join()}.`);
  }
  console.log(
    `  ${Math.round(forged).toLocaleString('en')} forged requests/s were answered with 401 in the last round`,
  );
  const figures = `${median(alone).toFixed(1)} ms alone, ${median(beside).toFixed(1)} ms beside them`;
  atMost(
    `p99 of honest webhooks, of that without forged ones (${figures})`,
    median(beside) / median(alone),
    MAX_SLOWDOWN,
  );
  const [{ count }] = await query('SELECT count(*)::int AS count FROM refused_requests');
  atMost('rows of refused requests', count, MAX_REFUSED);
}

async function withServer({ postgres }, work) {
  const { environment, program, setUp } = competitors.find(({ name }) => name === 'tidings');
  const dataDir = mkdtempSync(join(tmpdir(), 'tidings-bench-deliveries-'));
  const closing = [];
  try {
    await postgres.withDatabase(async (databaseUrl) => {
      try {
        const port = await freePort();
        const secret = randomBytes(20).toString('hex');
        const env = {
          PATH: process.env.PATH,
          API_RATE_LIMIT_PER_MINUTE: '1000000000',
          ...environment({ databaseUrl, port, dataDir, whole: false }),
        };
        const server = Child.program(process.execPath, [program], { env });
        closing.push(() => server.stop());
        await server.ready(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
        const { path, publish } = await setUp(port, secret);
        const client = new pg.Client({ connectionString: databaseUrl });
        await client.connect();
        closing.push(() => client.end());
        const loadWith = async (key) => {
          const load = Child.worker(join(import.meta.dirname, 'load.mjs'), [
            JSON.stringify({ port, secret: key, target: { path } }),
          ]);
          closing.push(() => load.stop());
          await load.request();
          return (command) => load.request(command);
        };
        await work({
          load: await loadWith(secret),
          forge: await loadWith('a wrong secret'),
          query: async (sql, values) => (await client.query(sql, values)).rows,
          workspaceId: publish.path.split('/')[3],
          async get(url) {
            const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
              headers: { authorization: `Bearer ${publish.token}` },
            });
            if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
            return answer.json();
          },
        });
      } finally {
        for (const close of closing.splice(0).toReversed()) await close();
      }
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Copies an accepted webhook with other ids, times, types and states, over ten sources and thirty days. */
async function store({ load, query }, count) {
  await load({ command: 'flood', connections: 1, count: 1 });
  await query(
    `INSERT INTO sources (id, workspace_id, name, provider, key)
     SELECT gen_random_uuid(), workspace_id, 'source-' || n, provider, gen_random_uuid()
     FROM sources, generate_series(1, 9) AS n WHERE name = 'bench'`,
  );
  await query(
    `WITH one AS (SELECT * FROM deliveries LIMIT 1), kinds AS (SELECT array_agg(id) AS ids FROM sources)
     INSERT INTO deliveries (id, source_id, workspace_id, provider, dedup_key, provider_delivery_id, headers, body,
       received_at, status, event_type, title, sender, test)
     SELECT uuidv7(-(interval '30 days' * n / $1)), kinds.ids[1 + n % 10], one.workspace_id,
       CASE n % 3 WHEN 0 THEN 'stripe' ELSE 'github' END, 'copy-' || n, 'copy-' || n, one.headers, one.body,
       now() - interval '30 days' * n / $1, CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'processed' END,
       CASE n % 3 WHEN 0 THEN 'invoice.paid' WHEN 1 THEN 'push' ELSE 'star.created' END,
       'Repository number ' || n || ' has changed', 'octo-' || n % 100, n % 1000 = 0
     FROM one, kinds, generate_series(1, $1::int) AS n`,
    [count],
  );
  await query('VACUUM ANALYZE deliveries');
}
