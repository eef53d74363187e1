import type { components, paths } from '@tidings/server';
import type { Client } from 'openapi-fetch';
import { answer } from '../api/answer.js';
import type { Place } from './journal.js';

export type LogEvent = components['schemas']['Event'];

/** Events in order. */
export interface Batch {
  readonly events: readonly LogEvent[];
  /** Everything up to here has been read. */
  readonly place: Place;
  readonly hasMore: boolean;
  /** The log lacks events that were trimmed, or has another history after a restore of its database. */
  readonly lost?: 'trimmed' | 'history';
}

export interface Start {
  readonly place: Place | undefined;
  /** The time to begin at without a place; undefined: now. */
  readonly since: string | undefined;
  /** The time of the last event that was read: after another history, the log is read from shortly before it. */
  lastTime(): number | undefined;
}

const PAGE = 50;
/** The clock of a database that took over may be behind. */
const OVERLAP_MS = 300_000;

/** Reads the log of a channel from a position on. Reading again after an error repeats nothing. */
export class ChannelLog {
  #place: Place | undefined;
  #since: string | undefined;

  constructor(
    private readonly api: Client<paths>,
    private readonly workspaceId: string,
    readonly channel: string,
    private readonly start: Start,
  ) {
    this.#place = start.place;
    this.#since = start.place === undefined ? start.since : undefined;
  }

  /** @throws CliError of the call; the next one continues at the same place */
  async read(): Promise<Batch> {
    const place = this.#place;
    if (place === undefined && this.#since === undefined) return this.begin();
    const query = {
      channel: this.channel,
      limit: PAGE,
      after: place?.offset ?? 0,
      ...(place === undefined ? {} : { epoch: place.epoch }),
      ...(this.#since === undefined ? {} : { since: this.#since }),
    };
    const page = await this.get(query);
    const { epoch, offset } = page.position;
    if (place !== undefined && epoch !== place.epoch) return this.startOver(epoch);
    const hasMore = page.nextCursor !== null || page.stopped;
    const isShort = !page.recovered && place !== undefined && place.offset > 0;
    this.#place = { epoch, offset };
    // Later events are newer than any event that was searched.
    if (!hasMore) this.#since = undefined;
    return { events: page.items, place: this.#place, hasMore, ...(isShort && { lost: 'trimmed' as const }) };
  }

  /** From the end of the log on. */
  private async begin(): Promise<Batch> {
    const { position } = await this.get({ channel: this.channel, latest: 1 });
    this.#place = { epoch: position.epoch, offset: position.offset };
    return { events: [], place: this.#place, hasMore: true };
  }

  private startOver(epoch: string): Batch {
    const lastTime = this.start.lastTime();
    this.#place = { epoch, offset: 0 };
    this.#since = lastTime === undefined ? undefined : new Date(lastTime - OVERLAP_MS).toISOString();
    return { events: [], place: this.#place, hasMore: true, lost: 'history' };
  }

  private get(query: NonNullable<paths['/v1/workspaces/{ws}/events']['get']['parameters']['query']>) {
    const path = { ws: this.workspaceId };
    return answer(this.api.GET('/v1/workspaces/{ws}/events', { params: { path, query } }));
  }
}
