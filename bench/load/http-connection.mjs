import { once } from 'node:events';
import { connect } from 'node:net';

const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;

/**
 * A keep-alive connection with one request at a time on a bare socket. With node:http the client would use more CPU
 * per request than some of the servers, on the same machine.
 */
export class HttpConnection {
  #socket;
  #received = '';
  #response;

  static async open(port) {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  constructor(socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.#receive(text));
    socket.on('error', (error) => this.#response?.reject(error));
    socket.on('close', () => this.#response?.reject(new Error('The server closed the connection.')));
  }

  /** @returns `{ status, body }` */
  send(request) {
    return new Promise((resolve, reject) => {
      this.#response = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close() {
    this.#response = undefined;
    this.#socket.destroy();
  }

  #receive(text) {
    this.#received += text;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = CONTENT_LENGTH.exec(this.#received)?.[1];
    if (length === undefined) {
      this.#response?.reject(new Error('The answer has no content-length.'));
      return;
    }
    const end = headEnd + 4 + Number(length);
    if (this.#received.length < end) return;
    const status = Number(this.#received.slice(9, 12));
    const body = this.#received.slice(headEnd + 4, end);
    this.#received = this.#received.slice(end);
    this.#response?.resolve({ status, body });
  }
}
