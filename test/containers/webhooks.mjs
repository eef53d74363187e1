// node webhooks.mjs BASE EMAIL PASSWORD: sends ten webhooks a second to an open source until its input ends, and waits
// for their events on a WebSocket that reconnects. Fails when a webhook is refused or an event is missing. Node >= 22.
import { setTimeout as delay } from 'node:timers/promises';

const [base, email, password] = process.argv.slice(2);
/** Within this time everything drains after a fault. */
const PATIENCE_MS = 60_000;

async function call(path, body, token) {
  const response = await fetch(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

const { accessToken } = await call('/v1/auth/login', { email, password });
const workspace = await call('/v1/workspaces', { name: 'containers' }, accessToken);
const source = await call(`/v1/workspaces/${workspace.id}/sources`, { name: 'open', provider: 'open' }, accessToken);
const hook = `${base}${new URL(source.url).pathname}`;
const channel = `webhooks:${workspace.id}`;

const missing = new Set();
let position;
let connections = 0;

/** Resolves when the channel is subscribed for the first time. */
function follow() {
  return new Promise((resolve) => {
    const connect = () => {
      const socket = new WebSocket(`${base.replace('http', 'ws')}/ws`, ['tidings.v1', `bearer.${accessToken}`]);
      socket.addEventListener('open', () => {
        connections++;
        socket.send(JSON.stringify({ type: 'subscribe', payload: { channel, position } }));
      });
      socket.addEventListener('message', ({ data }) => {
        const { type, payload, offset } = JSON.parse(data);
        // The server also subscribes the user's own channel.
        const isSubscribed = type === 'subscribed' && payload.channel === channel;
        if (isSubscribed) position ??= { epoch: payload.epoch, offset: payload.offset };
        if (type === 'webhook:received') {
          position = { ...position, offset };
          missing.delete(payload.title);
        }
        if (isSubscribed) resolve();
      });
      socket.addEventListener('close', () => setTimeout(connect, 200));
      socket.addEventListener('error', () => undefined);
    };
    connect();
  });
}

await follow();
const statuses = {};
/** The first answer, and its time, for each status other than 202. */
const refusals = {};
const begin = performance.now();
process.stdin.resume();
for (let sent = 0; !process.stdin.readableEnded; sent++) {
  const text = `webhook number ${sent}`;
  missing.add(text);
  const { status, answer } = await fetch(hook, { method: 'POST', body: text }).then(
    async (response) => ({ status: response.status, answer: await response.text() }),
    (error) => ({ status: error.cause?.code ?? error.message, answer: '' }),
  );
  statuses[status] = (statuses[status] ?? 0) + 1;
  if (status !== 202) {
    missing.delete(text);
    refusals[status] ??= { answer, afterSeconds: Math.round((performance.now() - begin) / 1_000) };
  }
  await delay(100);
}
const sentAt = performance.now();
while (missing.size > 0 && performance.now() < sentAt + PATIENCE_MS) await delay(100);
console.log(
  JSON.stringify({
    statuses,
    refusals,
    missing: [...missing],
    connections,
    lateMs: Math.round(performance.now() - sentAt),
  }),
);
process.exit(missing.size === 0 && Object.keys(statuses).join() === '202' ? 0 : 1);
