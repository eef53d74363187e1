// Prints the latest webhooks of a workspace and then each new one:
//   node client/examples/node.mjs http://localhost:3000 you@example.com 'your password'
import { TidingsClient } from '@tidings/client';
// Node has a built-in WebSocket since version 22.
import { WebSocket } from 'ws';

const [url, email, password] = process.argv.slice(2);

async function logIn() {
  const response = await fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`The login was refused: ${response.status}`);
  return (await response.json()).accessToken;
}

let token = logIn();
const client = new TidingsClient({
  url,
  WebSocket,
  getToken(fresh) {
    if (fresh) token = logIn();
    return token;
  },
});

const read = async (path) => (await client.fetch(path)).json();
const show = ({ offset, payload }) => console.log(`${offset} ${payload.provider}: ${payload.title}`);

const { workspaces } = await read('/v1/me');
const [{ id, name }] = workspaces;
const channel = `webhooks:${id}`;

client.onStatus(({ state, error }) => console.log(`(${state}${error === undefined ? '' : `: ${error.message}`})`));
client.subscribe(channel, {
  async onReload() {
    console.log(`The webhooks of ${name}:`);
    const { items, position } = await read(`/v1/workspaces/${id}/events?channel=${channel}&latest=100`);
    items.forEach(show);
    return position;
  },
  onEvent: show,
});
client.connect();

process.once('SIGINT', () => client.close());
