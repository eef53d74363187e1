const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const ANSWER_MS = 10_000;

/** Close codes after which coming back by ourselves is of no use; any other one asks only for patience. */
const NEEDS_SIGN_IN = new Set([4001, 4003, 4401]);
const NEEDS_A_FIX = 4400;

const SUBSCRIBE = 'subscribe';

/**
 * Follows one channel over whatever connection there is, and comes back by itself where it left off.
 *
 * It calls `onState({ name, until?, why? })` with one of `off connecting live waiting signed-out stopped`,
 * `onEvent(event)` once for each event in order, `onFrame(text, 'in' | 'out')` for every other frame, and `load()` when
 * there is no position to resume from: that shows the latest events and returns the position after them.
 */
export class Connection {
  #handlers;
  #position;
  #socket;
  #attempt = 0;
  #askedWait;
  #timer;
  #heartbeat;
  #deadline;

  constructor(handlers) {
    this.#handlers = handlers;
  }

  get isOn() {
    return this.#socket !== undefined || this.#timer !== undefined;
  }

  connect() {
    this.#clear();
    const { token, onState } = this.#handlers;
    const address = new URL('/ws', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address, ['tidings.v1', `bearer.${token}`]);
    this.#socket = socket;
    // A socket that was given up may still speak; nobody listens to it any more.
    const ifCurrent = (react) => (event) => this.#socket === socket && react(event);
    socket.addEventListener(
      'message',
      ifCurrent(({ data }) => this.#received(data)),
    );
    socket.addEventListener(
      'close',
      ifCurrent(({ code, reason }) => this.#closed(code, reason)),
    );
    onState({ name: 'connecting' });
    this.#awaitAnswer();
  }

  disconnect(state = { name: 'off' }) {
    this.#clear();
    this.#attempt = 0;
    this.#handlers.onState(state);
  }

  /** To be called when there is reason to hope: the end of a long pause need not be waited for. */
  wake() {
    if (this.#timer !== undefined) this.connect();
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#ask();
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
    if (frame.offset !== undefined && frame.channel === this.#handlers.channel) return this.#take(frame);
    // Our own heartbeat is of no interest to anyone.
    if (frame.type === 'pong' && frame.id === undefined) return this.#answered();
    this.#handlers.onFrame(text, 'in');
    const { payload } = frame;
    if (frame.type === 'connected') return this.#welcomed(payload);
    if (frame.type === 'subscribed' && payload.channel === this.#handlers.channel) return this.#subscribed(payload);
    if (frame.type === 'server:draining') this.#askedWait = payload.reconnectInMs;
    if (frame.type === 'subscription:revoked' && payload.channel === this.#handlers.channel)
      this.disconnect({ name: 'stopped', why: 'You may no longer read these webhooks.' });
    if (frame.type === 'error' && frame.id === SUBSCRIBE) this.#refused(payload);
  }

  #take(event) {
    // Offsets have no holes. Any other one is known, or still under way from before a new subscription, and comes again.
    if (event.offset !== this.#position?.offset + 1) return;
    this.#position = { ...this.#position, offset: event.offset };
    this.#handlers.onEvent(event);
  }

  #welcomed({ heartbeatMs }) {
    this.#answered();
    // Browsers answer pings but never tell of a server that fell silent: only an answer that doesn't come shows it.
    this.#heartbeat = setInterval(() => this.#ask(), heartbeatMs);
    return this.#subscribe();
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
    if (!recovered) {
      // Some events are gone from the log, so the list is read anew; the subscription starts over where it ends.
      this.#position = undefined;
      this.#send('unsubscribe', { channel });
      return this.#subscribe();
    }
    this.#attempt = 0;
    this.#handlers.onState({ name: 'live' });
  }

  #refused({ message, temporary }) {
    return temporary ? this.#retry() : this.disconnect({ name: 'stopped', why: message });
  }

  #failed({ status, message }) {
    if (status === 401) return this.disconnect({ name: 'signed-out', why: 'Your sign-in has run out.' });
    return status === 403 || status === 404 ? this.disconnect({ name: 'stopped', why: message }) : this.#retry();
  }

  #closed(code, reason) {
    if (NEEDS_SIGN_IN.has(code))
      return this.disconnect({ name: 'signed-out', why: `Please sign in again: ${reason}.` });
    if (code === NEEDS_A_FIX) return this.disconnect({ name: 'stopped', why: `The server refused us: ${reason}.` });
    this.#retry();
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

  #ask() {
    this.#socket?.send('{"type":"ping"}');
    this.#awaitAnswer();
  }

  #awaitAnswer() {
    this.#deadline ??= setTimeout(() => this.#retry(), ANSWER_MS);
  }

  #answered() {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #clear() {
    this.#socket?.close();
    this.#socket = undefined;
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    this.#timer = this.#askedWait = undefined;
    this.#answered();
  }
}
