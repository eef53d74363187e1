import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { eventually } from './eventually.js';
import type { Frame } from './socket.js';

export interface StreamOptions {
  readonly token?: string;
  readonly lastEventId?: string | undefined;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of server-sent events that records every event, parsed as the HTML standard says. */
export class TestStream {
  /** The data of every event, in the order of arrival. */
  readonly frames: Frame[] = [];
  /** The id of each frame, by its index in `frames`. */
  readonly ids: string[] = [];
  comments = 0;
  retryMs = 0;
  lastEventId = '';
  ended = false;
  private rest = '';

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.read(text));
    response.on('close', () => (this.ended = true));
    response.on('error', () => undefined);
  }

  /** @throws Error `HTTP <status> <code>` when the server refuses the stream */
  static async open(url: string, channels: readonly string[], options: StreamOptions = {}): Promise<TestStream> {
    const response = await answer(url, channels, options);
    if (response.statusCode === 200) return new TestStream(response);
    let body = '';
    for await (const chunk of response) body += String(chunk);
    throw new Error(`HTTP ${response.statusCode} ${JSON.parse(body).code}`);
  }

  /** Opens a stream and waits until it is subscribed to each channel. */
  static async follow(url: string, channels: readonly string[], options: StreamOptions = {}): Promise<TestStream> {
    const stream = await TestStream.open(url, channels, options);
    await eventually(
      'the stream is subscribed to its channels',
      () => stream.ofType('subscribed').length > channels.length,
    );
    return stream;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  ofType(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  /** The payload of the last `subscribed` of a channel. */
  subscribed(channel: string): Record<string, unknown> | undefined {
    return this.ofType('subscribed').findLast(({ payload }) => payload['channel'] === channel)?.payload;
  }

  events(channel: string): Frame[] {
    return this.frames.filter((frame) => frame.channel === channel && frame.offset !== undefined);
  }

  offsets(channel: string): number[] {
    return this.events(channel).map((event) => event.offset ?? 0);
  }

  waitFor(predicate: (frame: Frame) => boolean, what = 'a matching frame arrives', withinMs?: number): Promise<Frame> {
    return eventually(what, () => this.frames.find(predicate), withinMs);
  }

  waitForEnd(withinMs?: number): Promise<boolean> {
    return eventually('the stream ends', () => this.ended, withinMs);
  }

  /** Stops reading. */
  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  /** Simulates a lost network. */
  cut(): void {
    this.response.destroy();
  }

  private read(text: string): void {
    const parts = (this.rest + text).split('\n\n');
    this.rest = parts.pop() ?? '';
    for (const part of parts) this.readBlock(part);
  }

  private readBlock(block: string): void {
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?([^]*)$/.exec(line) ?? [];
      if (field === '') this.comments++;
      else if (field === 'data') data.push(value);
      else if (field === 'id') this.lastEventId = value;
      else if (field === 'retry') this.retryMs = Number(value);
      else throw new Error(`The stream has an unknown field: ${line}`);
    }
    if (data.length === 0) return;
    this.frames.push(JSON.parse(data.join('\n')));
    this.ids.push(this.lastEventId);
  }
}

/** Resolves when the response head arrives. */
function answer(url: string, channels: readonly string[], options: StreamOptions): Promise<IncomingMessage> {
  const { token, lastEventId, query, headers } = options;
  const address = new URL('/v1/stream', url);
  if (channels.length > 0) address.searchParams.set('channels', channels.join());
  for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, value);
  return new Promise((resolve, reject) => {
    const call = request(address, {
      agent: false,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        ...headers,
      },
    });
    call.on('response', resolve).on('error', reject).end();
  });
}
