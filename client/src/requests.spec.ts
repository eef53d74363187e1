import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ClientFrame, Link, ServerFrame } from './link.js';
import { Requests } from './requests.js';

const REQUEST_TIMEOUT_MS = 5_000;
const MAX_QUEUED = 3;

/** A link that records the frames. */
class RecordingLink implements Link {
  readonly via = 'websocket';
  readonly sent: ClientFrame[] = [];

  send(frame: ClientFrame): void {
    this.sent.push(frame);
  }

  get types(): string[] {
    return this.sent.map(({ type }) => type);
  }

  check(): void {}
  close(): void {}
}

let requests: Requests;
let link: RecordingLink;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  requests = new Requests(MAX_QUEUED, REQUEST_TIMEOUT_MS);
  link = new RecordingLink();
});
afterEach(() => {
  jest.useRealTimers();
});

const nothing = (): void => undefined;
const answerTo = ({ id }: ClientFrame, type = 'pong', payload: unknown = {}): ServerFrame => ({
  type,
  payload,
  ts: Date.now(),
  ...(id === undefined ? {} : { id }),
});
const codeOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => 'answered',
    (error: { code?: unknown }) => error.code,
  );
const ask = (type: string, outlivesLink?: boolean) => codeOf(requests.ask(type, {}, outlivesLink));

describe('a request', () => {
  it('resolves with the answer that has its id, in any order', async () => {
    requests.opened(link, nothing);
    const answers = [requests.ask('ping', {}), requests.ask('ping', {})];
    const [first, second] = link.sent;
    if (first === undefined || second === undefined) throw new Error('Not all requests were sent.');
    expect(requests.answered({ type: 'task:created', payload: {}, ts: 0 })).toBe(false);
    expect(requests.answered({ type: 'pong', payload: {}, ts: 0, id: 4711 })).toBe(false);
    expect(requests.answered(answerTo(second, 'pong', 'of the second'))).toBe(true);
    expect(requests.answered(answerTo(first, 'pong', 'of the first'))).toBe(true);
    expect((await Promise.all(answers)).map(({ payload }) => payload)).toEqual(['of the first', 'of the second']);
  });

  it('fails with the error that the server answers', async () => {
    requests.opened(link, nothing);
    const answer = requests.ask('subscribe', {});
    const [sent] = link.sent;
    if (sent === undefined) throw new Error('Nothing was sent.');
    requests.answered(answerTo(sent, 'error', { code: 'channel.forbidden', message: 'No.', temporary: false }));
    await expect(answer).rejects.toMatchObject({ code: 'channel.forbidden', message: 'No.', temporary: false });
  });

  it('fails when the answer is late, and ignores a later answer', async () => {
    requests.opened(link, nothing);
    const code = ask('ping');
    jest.advanceTimersByTime(REQUEST_TIMEOUT_MS - 1);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1);
    expect(await code).toBe('answer.late');
    const [sent] = link.sent;
    expect(sent && requests.answered(answerTo(sent))).toBe(false);
  });

  it('waits for a link, after the requests that go first', () => {
    void requests.ask('subscribe', {});
    void requests.ask('ping', {});
    expect(link.sent).toEqual([]);
    requests.opened(link, () => void requests.ask('auth:refresh', {}));
    expect(link.types).toEqual(['auth:refresh', 'subscribe', 'ping']);
    expect(new Set(link.sent.map(({ id }) => id)).size).toBe(3);
  });

  it('is not queued above the limit, nor if it must not outlive its link', async () => {
    const waiting = Array.from({ length: MAX_QUEUED }, () => requests.ask('ping', {}));
    expect(await ask('ping')).toBe('queue.full');
    expect(await ask('task:typing', false)).toBe('connection.lost');
    requests.opened(link, nothing);
    expect(link.sent).toHaveLength(waiting.length);
  });

  it('fails when it is too large for a frame, measured in bytes', async () => {
    requests.opened(link, nothing);
    expect(await codeOf(requests.ask('x', 'a'.repeat(70_000)))).toBe('frame.too-large');
    expect(await codeOf(requests.ask('x', '⚓'.repeat(25_000)))).toBe('frame.too-large');
    expect(link.sent).toEqual([]);
    void requests.ask('x', 'a'.repeat(60_000));
    expect(link.sent).toHaveLength(1);
  });

  it('fails when its link is lost after it was sent; a queued one does not', async () => {
    requests.opened(link, nothing);
    const sent = Array.from({ length: 80 }, () => ask('ping'));
    const [kept, dropped] = [ask('subscribe'), ask('task:typing', false)];
    requests.lost();
    expect(new Set(await Promise.all([...sent, dropped]))).toEqual(new Set(['connection.lost']));
    const next = new RecordingLink();
    requests.opened(next, nothing);
    expect(next.types).toEqual(['subscribe']);
    const [again] = next.sent;
    expect(again && requests.answered(answerTo(again))).toBe(true);
    expect(await kept).toBe('answered');
  });

  it('fails when the client is closed', async () => {
    const waiting = ask('subscribe');
    requests.closed();
    expect(await waiting).toBe('connection.closed');
  });
});

describe('the rate of requests', () => {
  it("stays within the server's limit: eighty at once, then ten a second, in order", () => {
    requests.opened(link, nothing);
    const types = Array.from({ length: 100 }, (_, place) => `frame-${place}`);
    for (const type of types) ask(type).catch(nothing);
    expect(link.sent).toHaveLength(80);
    jest.advanceTimersByTime(1_000);
    expect(link.sent).toHaveLength(90);
    jest.advanceTimersByTime(1_000);
    expect(link.types).toEqual(types);
  });

  it('starts over with each link, as it does on the server', () => {
    requests.opened(link, nothing);
    for (let place = 0; place < 80; place++) void ask('ping');
    requests.lost();
    const next = new RecordingLink();
    requests.opened(next, nothing);
    for (let place = 0; place < 80; place++) void ask('ping');
    expect(next.sent).toHaveLength(80);
  });

  it('leaves no timer behind when the client is closed', () => {
    requests.opened(link, nothing);
    for (let place = 0; place < 100; place++) void ask('ping');
    expect(jest.getTimerCount()).toBeGreaterThan(0);
    requests.closed();
    expect(jest.getTimerCount()).toBe(0);
  });
});
