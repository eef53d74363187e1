/** The least of each protocol that a subscriber needs: how to come in, and where the messages are in what arrives. */
import { randomBytes } from 'node:crypto';

const PING = 0x9;
const PONG = 0xa;
const TEXT = 0x1;
const NATS_MESSAGE = Buffer.from('MSG ');

/** Clients mask (RFC 6455, 5.3); nobody checks that the key is hard to guess. */
function clientFrame(opcode, payload) {
  const mask = randomBytes(4);
  const header =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | payload.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, mask, payload.map((byte, i) => byte ^ mask[i % 4])]);
}

const text = (value) => clientFrame(TEXT, Buffer.from(value));

/** WebSocket: an upgrade, then frames. `greet` sees each text until the subscription stands, and says what to send. */
export function webSocket({ path, headers = {}, greet, heartbeat }) {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    hello:
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${head.join('')}\r\n`,

    /** @returns how many bytes were understood */
    read(line, bytes, length) {
      let at = line.upgraded ? 0 : upgrade(line, bytes, length, greet);
      while (line.upgraded && length - at >= 2) {
        const short = bytes[at + 1];
        const head = short < 126 ? 2 : 4;
        if (length - at < head) break;
        const size = short < 126 ? short : bytes.readUInt16BE(at + 2);
        const end = at + head + size;
        if (end > length) break;
        this.frame(line, bytes, { opcode: bytes[at] & 0xf, start: at + head, end });
        at = end;
      }
      return at;
    },

    frame(line, bytes, { opcode, start, end }) {
      if (opcode === PING) line.write(clientFrame(PONG, Buffer.from(bytes.subarray(start, end))));
      else if (opcode !== TEXT) throw new Error(`The server sent a frame of type ${opcode}.`);
      else if (line.message(bytes, start, end)) return;
      else if (heartbeat !== undefined && end - start === 1) line.write(text(heartbeat));
      else if (!line.ready) follow(line, greet?.(bytes.toString('utf8', start, end)));
    },
  };
}

function upgrade(line, bytes, length, greet) {
  const end = bytes.subarray(0, length).indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const head = bytes.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 101')) throw new Error(`The upgrade was refused: ${head.split('\r\n')[0]}`);
  line.upgraded = true;
  if (greet === undefined) line.subscribed();
  return end + 4;
}

function follow(line, step) {
  if (step?.send !== undefined) line.write(text(step.send));
  if (step?.subscribed) line.subscribed();
}

/** NATS: one subject for all. */
export const nats = {
  hello: 'CONNECT {"verbose":false,"pedantic":false}\r\nSUB fanout 1\r\nPING\r\n',

  read(line, bytes, length) {
    let at = 0;
    for (;;) {
      const lineEnd = bytes.subarray(at, length).indexOf('\r\n');
      if (lineEnd < 0) return at;
      const bodyAt = at + lineEnd + 2;
      if (bytes.compare(NATS_MESSAGE, 0, 4, at, at + 4) === 0) {
        const size = Number(
          bytes
            .toString('latin1', at, bodyAt - 2)
            .split(' ')
            .at(-1),
        );
        if (bodyAt + size + 2 > length) return at;
        line.message(bytes, bodyAt, bodyAt + size);
        at = bodyAt + size + 2;
        continue;
      }
      const said = bytes.toString('latin1', at, bodyAt - 2);
      if (said === 'PING') line.write('PONG\r\n');
      if (said === 'PONG' && !line.ready) line.subscribed();
      at = bodyAt;
    }
  },
};

/** By the name that a contender gives; each line may have its own credential. */
export function protocolFor({ protocol, channel }, credential) {
  switch (protocol) {
    case 'tidings':
      return webSocket({
        path: '/ws',
        headers: { Authorization: `Bearer ${credential}` },
        greet: (frame) => greetTidings(JSON.parse(frame), channel),
      });
    case 'socket.io':
      return webSocket({
        path: '/socket.io/?EIO=4&transport=websocket',
        heartbeat: '3',
        greet: (packet) => (packet.startsWith('40') ? { subscribed: true } : { send: '40' }),
      });
    case 'websocket':
      return webSocket({ path: '/subscribe' });
    default:
      return nats;
  }
}

function greetTidings({ type, payload }, channel) {
  if (type === 'error') throw new Error(`The server refused: ${JSON.stringify(payload)}`);
  if (type === 'connected') return { send: JSON.stringify({ type: 'subscribe', payload: { channel } }) };
  return { subscribed: type === 'subscribed' && payload.channel === channel };
}
