/**
 * The cheapest durable 202: bare Fastify checks the signature and stores the webhook. At most two INSERTs run at once,
 * and the next one takes all requests that arrived meanwhile; there is no queue, event, socket or limit.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

const { DATABASE_URL, PORT, WEBHOOK_SECRET } = process.env;
const MAX_INSERTS = 2;
const ROWS_PER_INSERT = 200;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: MAX_INSERTS });
await pool.query(`
  CREATE TABLE IF NOT EXISTS webhooks (
    id uuid PRIMARY KEY,
    delivery_id text NOT NULL UNIQUE,
    event text NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
  )`);

/** One statement for many rows, with the bodies as binary parameters. */
function insertOf(rows) {
  const places = rows.map((_, i) => `($${i * 4 + 1}, $${i * 4 + 2}, $${i * 4 + 3}, $${i * 4 + 4})`);
  return {
    text: `INSERT INTO webhooks (id, delivery_id, event, body) VALUES ${places.join()}
      ON CONFLICT (delivery_id) DO NOTHING`,
    values: rows.flatMap(({ id, deliveryId, event, body }) => [id, deliveryId, event, body]),
  };
}

let pending = [];
let inFlight = 0;

function store(row) {
  return new Promise((resolve, reject) => {
    pending.push({ row, resolve, reject });
    if (inFlight < MAX_INSERTS) void insertPending();
  });
}

async function insertPending() {
  inFlight += 1;
  while (pending.length > 0) {
    const batch = pending.splice(0, ROWS_PER_INSERT);
    await pool
      .query(insertOf(batch.map(({ row }) => row)))
      .then(() => batch.forEach(({ row, resolve }) => resolve(row.id)))
      .catch((error) => batch.forEach(({ reject }) => reject(error)));
  }
  inFlight -= 1;
}

const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

app.get('/health/ready', async () => ({ status: 'ok' }));

app.post('/webhooks/github', async ({ headers, body }, reply) => {
  const expected = createHmac('sha256', WEBHOOK_SECRET).update(body).digest();
  const given = Buffer.from(headers['x-hub-signature-256']?.slice('sha256='.length) ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return reply.code(401).send();
  const deliveryId = await store({
    id: randomUUID(),
    deliveryId: headers['x-github-delivery'],
    event: headers['x-github-event'],
    body,
  });
  return reply.code(202).send({ deliveryId });
});

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
