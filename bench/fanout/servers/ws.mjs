/**
 * Bare ws at its best: it frames each message once, bypasses the sender of ws, and yields to the event loop after every
 * 500 sockets. It has no authentication, no history and no back-pressure.
 */
import { createServer } from 'node:http';
import { Sender, WebSocketServer } from 'ws';
import { receiveMessages } from './receive-messages.mjs';

const SOCKETS_PER_TURN = 500;
const wires = new Set();
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });

sockets.on('connection', (socket, request) => {
  wires.add(request.socket);
  socket.on('error', () => undefined);
  socket.on('close', () => wires.delete(request.socket));
});

async function broadcast(payload) {
  const frame = Buffer.concat(Sender.frame(Buffer.from(payload), { fin: true, opcode: 1, readOnly: true }));
  let written = 0;
  for (const wire of wires) {
    wire.write(frame);
    if (++written % SOCKETS_PER_TURN === 0) await new Promise(setImmediate);
  }
}

receiveMessages((payload) => void broadcast(payload));
server.listen(Number(process.env.PORT), '127.0.0.1');
