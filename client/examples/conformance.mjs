// Lets the conformance kit drive @tidings/client, and shows what a client of another language prints:
//   tidings conformance -- node client/examples/conformance.mjs
import { TidingsClient } from '@tidings/client';
// Node has a built-in WebSocket since version 22.
import { WebSocket } from 'ws';

const { TIDINGS_URL: url, TIDINGS_TOKEN_URL: tokenUrl, TIDINGS_CHANNELS: channels } = process.env;
const print = (line) => console.log(JSON.stringify(line));

let token;
const client = new TidingsClient({
  url,
  WebSocket,
  async getToken(fresh) {
    if (fresh) token = undefined;
    token ??= (await (await fetch(tokenUrl, { method: 'POST' })).json()).token;
    return token;
  },
});

for (const channel of channels.split(',')) {
  const subscription = client.subscribe(channel, {
    onEvent: ({ offset }) => print({ type: 'event', channel, offset, epoch: subscription.position.epoch }),
    onReload: () => print({ type: 'reload', channel }),
    onRefused: () => print({ type: 'revoked', channel }),
  });
}
client.onStatus(({ state, error }) => {
  if (state === 'stopped') print({ type: 'closed', reason: error.message });
});
client.connect();
