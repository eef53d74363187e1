/** The part of each protocol that a subscriber needs: the handshake, and finding the messages in the received bytes. */
import { randomBytes } from 'node:crypto';

const PING = 0x9;
const PONG = 0xa;
const TEXT = 0x1;
const NATS_MESSAGE = Buffer.from('MSG ');

/** A masked frame, as clients must send it (RFC 6455, 5.3). */
function clientFrame(opcode, payload) {
  const mask = randomBytes(4);
  const header =
    payload.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | payload.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, mask, payload.map((byte, i) => byte ^ mask[i % 4])]);
}

const text = (value) => clientFrame(TEXT, Buffer.from(value));

/** WebSocket: an upgrade, then frames. `greet` answers each text frame until the client is subscribed. */
export function webSocket({ path, headers = {}, greet, heartbeat }) {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    hello:
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${head.join('')}\r\n`,

    /** @returns the number of bytes consumed */
    read(connection, bytes, length) {
      let at = connection.upgraded ? 0 : upgrade(connection, bytes, length, greet);
      while (connection.upgraded && length - at >= 2) {
        const short = bytes[at + 1];
        const head = short < 126 ? 2 : 4;
        if (length - at < head) break;
        const size = short < 126 ? short : bytes.readUInt16BE(at + 2);
        const end = at + head + size;
        if (end > length) break;
        this.frame(connection, bytes, { opcode: bytes[at] & 0xf, start: at + head, end });
        at = end;
      }
      return at;
    },

    frame(connection, bytes, { opcode, start, end }) {
      if (opcode === PING) connection.write(clientFrame(PONG, Buffer.from(bytes.subarray(start, end))));
      else if (opcode !== TEXT) throw new Error(`The server sent a frame of type ${opcode}.`);
      else if (connection.message(bytes, start, end)) return;
      else if (heartbeat !== undefined && end - start === 1) connection.write(text(heartbeat));
      else if (!connection.ready) follow(connection, greet?.(bytes.toString('utf8', start, end)));
    },
  };
}

function upgrade(connection, bytes, length, greet) {
  const end = bytes.subarray(0, length).indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const head = bytes.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 101')) throw new Error(`The upgrade was refused: ${head.split('\r\n')[0]}`);
  connection.upgraded = true;
  if (greet === undefined) connection.subscribed();
  return end + 4;
}

function follow(connection, step) {
  if (step?.send !== undefined) connection.write(text(step.send));
  if (step?.subscribed) connection.subscribed();
}

/** NATS: one subject for all subscribers. */
export const nats = {
  hello: 'CONNECT {"verbose":false,"pedantic":false}\r\nSUB fanout 1\r\nPING\r\n',

  read(connection, bytes, length) {
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
        connection.message(bytes, bodyAt, bodyAt + size);
        at = bodyAt + size + 2;
        continue;
      }
      const message = bytes.toString('latin1', at, bodyAt - 2);
      if (message === 'PING') connection.write('PONG\r\n');
      if (message === 'PONG' && !connection.ready) connection.subscribed();
      at = bodyAt;
    }
  },
};

/** The protocol that a competitor names. Each connection may have a credential of its own. */
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
