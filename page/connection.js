import { Heartbeat } from './heartbeat.js';

const MIN_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

/** Close codes after which the client cannot reconnect by itself; after any other one it retries. */
const NEEDS_SIGN_IN = new Set([4001, 4003]);
const PROTOCOL_ERROR = 4400;

const SUBSCRIBE_ID = 'subscribe';

/**
 * Follows one channel. It reconnects by itself and resumes at its last position.
 *
 * It calls `onState({ name, until?, why? })` with one of `off connecting live waiting signed-out stopped`,
 * `onEvent(event)` once for each event in order, `onFrame(text, 'in' | 'out')` for every other frame, and `load()` when
 * there is no position to resume from: that shows the latest events and returns the position after them. `login`
 * provides the tokens.
 */
export class Connection {
  #handlers;
  #position;
  #socket;
  #attempt = 0;
  #requestedDelay;
  #timer;
  #opening;
  #renewal;
  #heartbeat = new Heartbeat(
    () => this.#socket.send('{"type":"ping"}'),
    () => this.#retry(),
  );

  constructor(handlers) {
    this.#handlers = handlers;
  }

  get isOn() {
    return [this.#socket, this.#timer, this.#opening].some((part) => part !== undefined);
  }

  connect() {
    this.#clear();
    const opening = (this.#opening = {});
    const { login, onState } = this.#handlers;
    login.token().then(
      (token) => this.#opening === opening && this.#open(token),
      (error) => this.#opening === opening && this.#failed(error),
    );
    onState({ name: 'connecting' });
  }

  #open(token) {
    this.#opening = undefined;
    const address = new URL('ws', document.baseURI);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address, ['tidings.v1', `bearer.${token}`]);
    this.#socket = socket;
    // Ignores events of an abandoned socket.
    const listen = (type, react) => socket.addEventListener(type, (event) => this.#socket === socket && react(event));
    listen('message', ({ data }) => this.#received(data));
    listen('close', ({ code, reason }) => this.#closed(code, reason));
    this.#heartbeat.expectAnswer();
  }

  disconnect(state = { name: 'off' }) {
    this.#clear();
    this.#attempt = 0;
    this.#handlers.onState(state);
  }

  /** To be called when a connection is likely to succeed: skips the rest of the delay. */
  wake() {
    this.#attempt = 0;
    if (this.#timer !== undefined) this.connect();
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#heartbeat.ask();
  }

  /** @returns whether there was a connection to send it over */
  sendText(text) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    this.#handlers.onFrame(text, 'out');
    return true;
  }

  #send(type, payload, id) {
    return this.sendText(JSON.stringify({ type, payload, id }));
  }

  #received(text) {
    const frame = JSON.parse(text);
    const isOurs = (frame.channel ?? frame.payload?.channel) === this.#handlers.channel;
    if (isOurs && frame.offset !== undefined) return this.#receiveEvent(frame);
    // The page's own heartbeat is not shown.
    if (frame.type === 'pong' && frame.id === undefined) return this.#heartbeat.answered();
    this.#handlers.onFrame(text, 'in');
    if (isOurs || ['connected', 'server:draining', 'error'].includes(frame.type)) this.#handle(frame);
    return undefined;
  }

  #handle({ type, id, payload }) {
    if (type === 'connected') this.#connected(payload);
    if (type === 'subscribed') this.#subscribed(payload);
    if (type === 'subscription:revoked')
      this.disconnect({ name: 'stopped', why: 'You no longer have access to this channel.' });
    if (type === 'server:draining') this.#requestedDelay = payload.reconnectInMs;
    if (type === 'error' && id === SUBSCRIBE_ID) this.#refused(payload);
  }

  #receiveEvent(event) {
    // Offsets have no gaps: any other one is a duplicate, or belongs to an earlier subscription and will be resent.
    if (event.offset !== this.#position?.offset + 1) return;
    this.#position = { ...this.#position, offset: event.offset };
    this.#handlers.onEvent(event);
  }

  #connected({ heartbeatMs }) {
    this.#heartbeat.answered();
    this.#heartbeat.start(heartbeatMs);
    this.#planRenewal();
    void this.#subscribe();
  }

  #planRenewal() {
    this.#renewal = setTimeout(() => void this.#renew(), this.#handlers.login.renewInMs);
  }

  /** Refreshes the token of the socket. On failure the server closes it with 4401, and reconnecting shows the cause. */
  async #renew() {
    const socket = this.#socket;
    const token = await this.#handlers.login.token().catch(() => undefined);
    if (token === undefined || this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return;
    // Bypasses `sendText`, which would show the token in the list of frames.
    socket.send(JSON.stringify({ type: 'auth:refresh', payload: { token } }));
    this.#planRenewal();
  }

  async #subscribe() {
    const socket = this.#socket;
    try {
      const position = this.#position ?? (await this.#handlers.load());
      if (this.#socket !== socket) return;
      this.#position = { epoch: position.epoch, offset: position.offset };
      this.#send('subscribe', { channel: this.#handlers.channel, position: this.#position }, SUBSCRIBE_ID);
    } catch (error) {
      if (this.#socket === socket) this.#failed(error);
    }
  }

  #subscribed({ channel, recovered }) {
    if (recovered) {
      this.#attempt = 0;
      return this.#handlers.onState({ name: 'live' });
    }
    // The log no longer has some events: reloads the list and subscribes from its end.
    this.#position = undefined;
    this.#send('unsubscribe', { channel });
    return void this.#subscribe();
  }

  #refused({ message, temporary }) {
    return temporary ? this.#retry() : this.disconnect({ name: 'stopped', why: message });
  }

  #failed({ status, message }) {
    if (status === 401) return this.disconnect({ name: 'signed-out', why: 'Your session has expired.' });
    return status === 403 || status === 404 ? this.disconnect({ name: 'stopped', why: message }) : this.#retry();
  }

  #closed(code, reason) {
    if (NEEDS_SIGN_IN.has(code)) this.disconnect({ name: 'signed-out', why: `Please sign in again: ${reason}.` });
    else if (code === PROTOCOL_ERROR)
      this.disconnect({ name: 'stopped', why: `The server closed the connection: ${reason}.` });
    else this.#retry();
  }

  #retry() {
    const ceiling = Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** this.#attempt);
    // Full jitter: clients that were disconnected together must not reconnect together.
    const delay = this.#requestedDelay ?? Math.random() * ceiling;
    this.#clear();
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.connect(), delay);
    this.#handlers.onState({ name: 'waiting', until: Date.now() + delay });
  }

  #clear() {
    this.#socket?.close();
    this.#socket = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#renewal);
    this.#timer = this.#requestedDelay = this.#opening = undefined;
    this.#heartbeat.stop();
  }
}
