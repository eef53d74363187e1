/** Socket.IO 4 as documented: all sockets in one room, WebSocket only. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { receiveMessages } from './receive-messages.mjs';

const server = createServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
io.on('connection', (socket) => socket.join('fanout'));

receiveMessages((payload) => io.to('fanout').emit('message', JSON.parse(payload)));
server.listen(Number(process.env.PORT), '127.0.0.1');
