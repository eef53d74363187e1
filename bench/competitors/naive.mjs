/**
 * The pipeline of a typical tutorial: Express, a BullMQ job for each webhook, a worker with an INSERT for each job, and
 * a broadcast to every WebSocket. It does better than most tutorials: 20 concurrent jobs, finished jobs removed.
 */
import { Queue, Worker } from 'bullmq';
import express from 'express';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { WebSocket, WebSocketServer } from 'ws';

const { DATABASE_URL, REDIS_URL, PORT, WEBHOOK_SECRET, WITH_WORKER } = process.env;
const CONCURRENCY = 20;

const connection = { url: REDIS_URL, maxRetriesPerRequest: null };
const queue = new Queue('webhooks', { connection, defaultJobOptions: { attempts: 3, removeOnComplete: true } });
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: CONCURRENCY });
await pool.query(`
  CREATE TABLE IF NOT EXISTS webhooks (
    delivery_id uuid PRIMARY KEY,
    event text NOT NULL,
    payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`);

const app = express();
app.use(express.json({ limit: '1mb', verify: (req, _res, raw) => (req.rawBody = raw) }));

app.get('/health/ready', (_req, res) => res.json({ status: 'ok' }));

// oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 handles a rejection
app.post('/webhooks/github', async (req, res) => {
  const expected = Buffer.from(`sha256=${createHmac('sha256', WEBHOOK_SECRET).update(req.rawBody).digest('hex')}`);
  const given = Buffer.from(req.get('x-hub-signature-256') ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return res.status(401).json({ error: 'invalid signature' });
  }
  const deliveryId = req.get('x-github-delivery');
  await queue.add(
    'webhook',
    { deliveryId, event: req.get('x-github-event'), payload: req.body },
    { jobId: deliveryId },
  );
  return res.status(202).json({ deliveryId });
});

const server = createServer(app);
const sockets = new WebSocketServer({ server, path: '/ws' });

function broadcast(message) {
  const text = JSON.stringify(message);
  for (const socket of sockets.clients) if (socket.readyState === WebSocket.OPEN) socket.send(text);
}

if (WITH_WORKER === 'true') {
  const process = async ({ data: { deliveryId, event, payload } }) => {
    await pool.query('INSERT INTO webhooks (delivery_id, event, payload) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      deliveryId,
      event,
      payload,
    ]);
    const { action, repository, sender } = payload;
    broadcast({
      type: 'webhook:received',
      payload: { deliveryId, event, action, repository: repository.full_name, sender: sender.login },
    });
  };
  const worker = new Worker('webhooks', process, { connection, concurrency: CONCURRENCY });
  worker.on('error', (error) => console.error(error.message));
}

server.listen(Number(PORT), '127.0.0.1');
