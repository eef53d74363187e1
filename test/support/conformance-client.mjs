// A client of the realtime protocol that knows nothing of @tidings/client. Its argument names the rule that it breaks.
import { WebSocket } from 'ws';

const { TIDINGS_URL: url, TIDINGS_TOKEN_URL: tokenUrl, TIDINGS_CHANNELS: channels = '' } = process.env;
const [fault] = process.argv.slice(2);
const FATAL = new Set([1008, 1009, 4001, 4003, 4400]);
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** By channel: the epoch and the offset of the last event, whether it is subscribed, and the last event. */
const places = new Map(channels.split(',').map((channel) => [channel, {}]));
let [token, failures, reconnectInMs, frames] = [undefined, 0, undefined, 0];

async function connect() {
  token ??= (await (await fetch(tokenUrl, { method: 'POST' })).json()).token;
  const protocols = fault === 'no-credential' ? ['tidings.v1'] : ['tidings.v1', `bearer.${token}`];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, protocols);
  const send = (type, payload) => socket.send(JSON.stringify({ type, payload, id: ++frames }));
  const asked = new Map();
  const subscribe = (channel) => {
    const { epoch, offset } = places.get(channel);
    const from = fault === 'resumes-too-early' ? Math.max(0, offset - 1) : offset;
    asked.set(frames + 1, channel);
    send('subscribe', { channel, ...(epoch !== undefined && { position: { epoch, offset: from } }) });
  };
  socket.on('error', () => undefined);
  socket.on('message', (data) => read(JSON.parse(String(data)), { asked, subscribe, socket }));
  socket.on('close', (code) => closed(code));
}

function read(frame, { asked, subscribe, socket }) {
  const { type, payload, channel = payload?.channel, offset, id } = frame;
  const place = places.get(channel);
  if (type === 'connected') {
    failures = 0;
    for (const [name, { isRevoked }] of places) if (!isRevoked) subscribe(name);
  } else if (type === 'server:draining') {
    ({ reconnectInMs } = payload);
    if (fault === 'leaves-when-draining') socket.close();
  } else if (type === 'error' && asked.has(id)) {
    const name = asked.get(id);
    if (payload.temporary) setTimeout(() => subscribe(name), 1_000);
    else if (fault === 'insists') subscribe(name);
    else revoke(name);
  } else if (place === undefined) {
    return;
  } else if (type === 'subscribed') started(place, channel, payload);
  else if (type === 'position') place.offset = fault === 'ignores-position' ? place.offset : payload.offset;
  else if (type === 'subscription:revoked') {
    if (fault !== 'ignores-revoked') revoke(channel);
  } else if (offset !== undefined) deliver(place, frame);
}

function started(place, channel, { epoch, offset, recovered }) {
  if (recovered) {
    if (fault === 'repeats-after-resume' && place.last !== undefined) print(place.last);
    return;
  }
  const isFirst = place.epoch === undefined;
  if (fault === 'ignores-epoch' && !isFirst) return;
  Object.assign(place, { epoch, offset });
  if (isFirst || fault !== 'hides-losses') print({ type: 'reload', channel });
}

function deliver(place, { channel, offset }) {
  // An offset says nothing without its epoch.
  if (fault === 'ignores-epoch' && offset <= place.offset) return;
  place.offset = offset;
  place.last = { type: 'event', channel, offset, epoch: place.epoch };
  print(place.last);
}

function revoke(channel) {
  places.get(channel).isRevoked = true;
  print({ type: 'revoked', channel });
}

function closed(code) {
  if (FATAL.has(code) && fault !== 'reconnects-after-fatal') {
    print({ type: 'closed', code });
    return;
  }
  if (code === 4401 && fault !== 'keeps-its-token') token = undefined;
  const jitterMs = fault === 'reconnects-at-once' ? 0 : Math.random() * Math.min(30_000, 1_000 * 2 ** failures++);
  const waitMs = fault === 'ignores-reconnect-time' ? 0 : (reconnectInMs ?? jitterMs);
  reconnectInMs = undefined;
  setTimeout(() => void connect(), waitMs);
}

await connect();
