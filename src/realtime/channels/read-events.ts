import { Injectable } from '@nestjs/common';
import { LogReader, type ChannelState } from '../../platform/events/log-reader.js';
import { LogSearch, type FoundEvents } from '../../platform/events/log-search.js';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import type { EventsQuery, EventsResponse } from './events.schemas.js';

export type EventsPage = Omit<EventsResponse, 'items'> & { readonly items: readonly LoggedEvent[] };

const NOTHING: FoundEvents = { events: [], next: undefined, stopped: false };

/** Reads a page of a channel's log, forwards from an offset or backwards from the head. Checks no rights. */
@Injectable()
export class ReadEvents {
  constructor(
    private readonly log: LogReader,
    private readonly search: LogSearch,
  ) {}

  async read(query: EventsQuery): Promise<EventsPage> {
    // The state is read before the events. Offsets are dense, so a page that ends early includes everything up to the
    // head.
    const state = await this.log.open(query.channel);
    const isSameLog = query.epoch === undefined || query.epoch === state.epoch;
    const isBackwards = (query.latest ?? query.before) !== undefined;
    return isBackwards ? this.backwards(query, state, isSameLog) : this.forwards(query, state, isSameLog);
  }

  private async backwards(query: EventsQuery, state: ChannelState, isSameLog: boolean): Promise<EventsPage> {
    const { before = state.head + 1, limit, latest = limit } = query;
    const window = { after: 0, before, limit: latest, from: 'newest' as const };
    const { events, next, stopped } = isSameLog ? await this.search.find(state, query, window) : NOTHING;
    return {
      items: events,
      recovered: isSameLog,
      position: positionAt(state, Math.min(before - 1, state.head)),
      nextCursor: null,
      nextBefore: next === undefined ? null : String(next),
      stopped,
    };
  }

  private async forwards(query: EventsQuery, state: ChannelState, isSameLog: boolean): Promise<EventsPage> {
    const { events, next, stopped } = isSameLog ? await this.findForwards(query, state) : NOTHING;
    const last = events.at(-1)?.offset ?? 0;
    return {
      items: events,
      recovered: isSameLog && continues(query, state, isFiltered(query) ? undefined : events[0]?.offset),
      position: positionAt(state, next ?? Math.max(last, state.head)),
      nextCursor: next === undefined ? null : String(next),
      nextBefore: null,
      stopped,
    };
  }

  private async findForwards(query: EventsQuery, state: ChannelState): Promise<FoundEvents> {
    const { limit } = query;
    const { id, channel, epoch, head } = state;
    const after = startOf(query);
    if (isFiltered(query)) return this.search.find(state, query, { after, before: head + 1, limit, from: 'oldest' });
    const read = (await this.log.readAfter([{ id, channel, epoch, after }], limit + 1)).get(id) ?? [];
    const events = read.slice(0, limit);
    return { events, next: read.length > limit ? events.at(-1)?.offset : undefined, stopped: false };
  }
}

const isFiltered = ({ type, since, until }: EventsQuery): boolean => (type ?? since ?? until) !== undefined;

const startOf = ({ after = 0, cursor }: EventsQuery): number => cursor ?? after;

const positionAt = ({ channel, epoch }: ChannelState, offset: number) => ({ channel, epoch, offset });

/** Whether no event is missing between the requested offset and the page. 0 without an epoch is "the oldest kept". */
function continues(query: EventsQuery, { head, tail }: ChannelState, first?: number): boolean {
  const start = startOf(query);
  if (start > head && first === undefined) return false;
  if (start === 0 && query.epoch === undefined) return true;
  return first === undefined ? tail <= start : first === start + 1;
}
