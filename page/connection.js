import { Heartbeat } from './heartbeat.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Close codes after which coming back by ourselves is of no use; any other one asks only for patience. */
const NEEDS_SIGN_IN = new Set([4001, 4003]);
const NEEDS_A_FIX = 4400;

const SUBSCRIBE = 'subscribe';

/**
 * Follows one channel over whatever connection there is, and comes back by itself where it left off.
 *
 * It calls `onState({ name, until?, why? })` with one of `off connecting live waiting signed-out stopped`,
 * `onEvent(event)` once for each event in order, `onFrame(text, 'in' | 'out')` for every other frame, and `load()` when
 * there is no position to resume from: that shows the latest events and returns the position after them. `login` has the
 * tokens.
 */
export class Connection {
  #handlers;
  #position;
  #socket;
  #attempt = 0;
  #askedWait;
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
    // A socket that was given up may still speak; nobody listens to it any more.
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

  /** To be called when there is reason to hope: the end of a long pause need not be waited for. */
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
    if (isOurs && frame.offset !== undefined) return this.#take(frame);
    // Our own heartbeat is of no interest to anyone.
    if (frame.type === 'pong' && frame.id === undefined) return this.#heartbeat.answered();
    this.#handlers.onFrame(text, 'in');
    if (isOurs || ['connected', 'server:draining', 'error'].includes(frame.type)) this.#obey(frame);
    return undefined;
  }

  #obey({ type, id, payload }) {
    if (type === 'connected') this.#welcomed(payload);
    if (type === 'subscribed') this.#subscribed(payload);
    if (type === 'subscription:revoked') this.disconnect({ name: 'stopped', why: 'You may no longer read this.' });
    if (type === 'server:draining') this.#askedWait = payload.reconnectInMs;
    if (type === 'error' && id === SUBSCRIBE) this.#refused(payload);
  }

  #take(event) {
    // Offsets have no holes. Any other one is known, or still under way from before a new subscription, and comes again.
    if (event.offset !== this.#position?.offset + 1) return;
    this.#position = { ...this.#position, offset: event.offset };
    this.#handlers.onEvent(event);
  }

  #welcomed({ heartbeatMs }) {
    this.#heartbeat.answered();
    this.#heartbeat.start(heartbeatMs);
    this.#planRenewal();
    void this.#subscribe();
  }

  #planRenewal() {
    this.#renewal = setTimeout(() => void this.#renew(), this.#handlers.login.renewInMs);
  }

  /** The socket outlives its token. Where that fails it is closed with 4401, and the way back shows why. */
  async #renew() {
    const socket = this.#socket;
    const token = await this.#handlers.login.token().catch(() => undefined);
    if (token === undefined || this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return;
    // Not by `sendText`: the list of frames is no place for a token.
    socket.send(JSON.stringify({ type: 'auth:refresh', payload: { token } }));
    this.#planRenewal();
  }

  async #subscribe() {
    const socket = this.#socket;
    try {
      const position = this.#position ?? (await this.#handlers.load());
      if (this.#socket !== socket) return;
      this.#position = { epoch: position.epoch, offset: position.offset };
      this.#send('subscribe', { channel: this.#handlers.channel, position: this.#position }, SUBSCRIBE);
    } catch (error) {
      if (this.#socket === socket) this.#failed(error);
    }
  }

  #subscribed({ channel, recovered }) {
    if (recovered) {
      this.#attempt = 0;
      return this.#handlers.onState({ name: 'live' });
    }
    // Some events are gone from the log: the list is read anew, and the subscription starts over where the list ends.
    this.#position = undefined;
    this.#send('unsubscribe', { channel });
    return void this.#subscribe();
  }

  #refused({ message, temporary }) {
    return temporary ? this.#retry() : this.disconnect({ name: 'stopped', why: message });
  }

  #failed({ status, message }) {
    if (status === 401) return this.disconnect({ name: 'signed-out', why: 'Your sign-in has run out.' });
    return status === 403 || status === 404 ? this.disconnect({ name: 'stopped', why: message }) : this.#retry();
  }

  #closed(code, reason) {
    if (NEEDS_SIGN_IN.has(code)) this.disconnect({ name: 'signed-out', why: `Please sign in again: ${reason}.` });
    else if (code === NEEDS_A_FIX) this.disconnect({ name: 'stopped', why: `The server refused us: ${reason}.` });
    else this.#retry();
  }

  #retry() {
    const ceiling = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempt);
    // Full jitter: clients that were cut off together must not come back together.
    const wait = this.#askedWait ?? Math.random() * ceiling;
    this.#clear();
    this.#attempt += 1;
    this.#timer = setTimeout(() => this.connect(), wait);
    this.#handlers.onState({ name: 'waiting', until: Date.now() + wait });
  }

  #clear() {
    this.#socket?.close();
    this.#socket = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#renewal);
    this.#timer = this.#askedWait = this.#opening = undefined;
    this.#heartbeat.stop();
  }
}
