/**
 * Bare ws at its best: each message is framed once, written past ws's own sender, and the event loop has its turn after
 * every 500 sockets. Nobody is asked who they are, nothing is kept, and a socket that doesn't read is not noticed.
 */
import { createServer } from 'node:http';
import { Sender, WebSocketServer } from 'ws';
import { takeMessages } from './take-messages.mjs';

const PER_TURN = 500;
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
    if (++written % PER_TURN === 0) await new Promise(setImmediate);
  }
}

takeMessages((payload) => void broadcast(payload));
server.listen(Number(process.env.PORT), '127.0.0.1');
