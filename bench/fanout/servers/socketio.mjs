/** Socket.IO 4 as its documentation has it: everyone in one room, WebSocket only. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { takeMessages } from './take-messages.mjs';

const server = createServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
io.on('connection', (socket) => socket.join('fanout'));

takeMessages((payload) => io.to('fanout').emit('message', JSON.parse(payload)));
server.listen(Number(process.env.PORT), '127.0.0.1');
