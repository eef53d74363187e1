import { setTimeout as delay } from 'node:timers/promises';
import { answer } from '../api/answer.js';
import type { Connection } from '../api/connect.js';
import { liveClient } from '../api/live-client.js';
import { ChannelLog, type Batch, type LogEvent } from './channel-log.js';
import { Deliverer, rowOf, type DelivererOptions } from './deliverer.js';
import { deliveryOf, statusText, type Display } from './display.js';
import type { StoredRequest } from './forward.js';
import type { Journal } from './journal.js';
import { untilAnswered } from './retries.js';
import { WakeUp } from './wake-up.js';

export interface ListenerOptions extends DelivererOptions {
  readonly connection: Connection;
  readonly workspaceId: string;
  readonly channels: readonly string[];
  /** Only deliveries of this source. */
  readonly sourceId: string | undefined;
  readonly since: string | undefined;
  readonly journal: Journal;
  readonly display: Display;
  /** Ends the command; the delivery that is under way gets its answer. */
  readonly signal: AbortSignal;
}

/** While the live connection is lost, the log is read this often; otherwise hints say when. */
const POLL_LOST_MS = 2_000;
const POLL_LIVE_MS = 15_000;

/** Forwards the deliveries of channels in their order. The log is what counts; the live connection only says "look". */
export class Listener {
  private readonly deliverer: Deliverer;
  private readonly ended = new AbortController();
  private readonly signal: AbortSignal;
  private isLive = false;
  private isServerLost = false;
  /** The end of the delivery that is under way: channels take turns. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ListenerOptions) {
    this.signal = AbortSignal.any([options.signal, this.ended.signal]);
    this.deliverer = new Deliverer(options, options.display, this.signal);
  }

  /** Runs until `signal` is aborted. @throws CliError if the server refuses the caller */
  async run(): Promise<void> {
    const { connection, channels, display } = this.options;
    const client = await liveClient(connection, { onError: () => undefined });
    const wakeUps = new Map(channels.map((channel) => [channel, new WakeUp(this.signal)]));
    client.onStatus(({ state }) => {
      if ((state === 'open') === this.isLive) return;
      this.isLive = state === 'open';
      display.link(this.isLive ? 'live' : 'reconnecting');
      for (const wakeUp of wakeUps.values()) wakeUp.call();
    });
    for (const [channel, wakeUp] of wakeUps) {
      const look = () => wakeUp.call();
      client.subscribe(channel, { onEvent: look, onLive: look, onRefused: look });
    }
    client.connect();
    try {
      await Promise.all([...wakeUps].map(([channel, wakeUp]) => this.follow(channel, wakeUp)));
    } finally {
      this.ended.abort();
      client.close();
    }
  }

  private async follow(channel: string, wakeUp: WakeUp): Promise<void> {
    const { connection, workspaceId, journal, since } = this.options;
    const lastTime = () => journal.lastTime(channel);
    const log = new ChannelLog(connection.api, workspaceId, channel, {
      place: journal.place(channel),
      since,
      lastTime,
    });
    while (!this.signal.aborted) {
      const batch = await this.answered(() => log.read());
      if (batch === undefined) return;
      this.reportLoss(channel, batch);
      await this.handle(channel, batch);
      if (!batch.hasMore) await wakeUp.wait(this.isLive ? POLL_LIVE_MS : POLL_LOST_MS);
    }
  }

  private async handle(channel: string, { events, place }: Batch): Promise<void> {
    const { journal } = this.options;
    const wanted = events.filter((event) => this.isWanted(event));
    for await (const [event, request] of this.requestsOf(wanted)) {
      const isDone = await this.inTurn(() => this.deliver(channel, place.epoch, event, request));
      if (!isDone) return;
    }
    const known = journal.place(channel);
    if (known?.epoch === place.epoch && known.offset >= place.offset) return;
    journal.record({ channel, ...place, ts: events.at(-1)?.ts ?? journal.lastTime(channel) ?? Date.now() });
  }

  private isWanted(event: LogEvent): boolean {
    const { sourceId, journal } = this.options;
    const delivery = deliveryOf(event);
    if (delivery === undefined || journal.has(delivery.deliveryId)) return false;
    return sourceId === undefined || delivery.sourceId === sourceId;
  }

  private async deliver(channel: string, epoch: string, event: LogEvent, request?: StoredRequest): Promise<boolean> {
    const { journal, display } = this.options;
    const deliveryId = idOf(event);
    // A delivery of several items has several events.
    if (journal.has(deliveryId)) return true;
    const outcome = request === undefined ? ({ kind: 'gone' } as const) : await this.deliverer.deliver(request);
    if (outcome === undefined) return false;
    journal.record({ channel, epoch, offset: event.offset, ts: event.ts, deliveryId, outcome: statusText(outcome) });
    display.row(rowOf(event, outcome));
    return true;
  }

  /** Reads the requests of several events with each call; undefined for a delivery that is no longer stored. */
  private async *requestsOf(
    events: readonly LogEvent[],
  ): AsyncGenerator<readonly [LogEvent, StoredRequest | undefined]> {
    const read = new Map<string, StoredRequest>();
    const left = new Set(events.map(idOf));
    for (const event of events) {
      const id = idOf(event);
      while (left.has(id)) {
        const ids = [...left];
        const page = await this.answered(() => this.requests(ids));
        if (page === undefined) return;
        for (const one of page.items) read.set(one.id, one);
        for (const one of ids) if (!page.rest.includes(one)) left.delete(one);
      }
      yield [event, read.get(id)];
      read.delete(id);
    }
  }

  private requests(ids: readonly string[]) {
    const { connection, workspaceId: ws } = this.options;
    const params = { path: { ws }, query: { ids: ids.join(',') } };
    return answer(connection.api.GET('/v1/workspaces/{ws}/deliveries/requests', { params }));
  }

  private answered<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
    return untilAnswered(call, this.signal, {
      began: (error) => this.serverLost(error.message),
      ended: () => this.serverBack(),
    });
  }

  private serverLost(reason: string): void {
    if (this.isServerLost) return;
    this.isServerLost = true;
    this.options.display.notice('server-lost', `${reason} Trying again; no webhook is lost.`);
  }

  private serverBack(): void {
    if (!this.isServerLost) return;
    this.isServerLost = false;
    this.options.display.notice('server-back', 'The server answers again.');
  }

  private reportLoss(channel: string, { lost }: Batch): void {
    const { display } = this.options;
    if (lost === 'trimmed') display.notice('events-lost', `${channel}: events after your position were deleted.`);
    if (lost === 'history') {
      display.notice(
        'history-changed',
        `${channel}: the server has another history. Forwarding what you have not had.`,
      );
    }
  }

  private inTurn(run: () => Promise<boolean>): Promise<boolean> {
    const done = this.turn.then(run);
    this.turn = done.catch(() => delay(0));
    return done;
  }
}

const idOf = (event: LogEvent): string => deliveryOf(event)?.deliveryId ?? '';
