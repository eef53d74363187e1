import { Buffer } from 'node:buffer';
import {
  TRACE_KEY,
  wholeJson,
  type EventOrigin,
  type LoggedEvent,
  type Position,
} from '../../platform/events/logged-event.js';
import { originTimes, type OriginTimes } from '../metrics/origin-times.js';
import { ServerFrame, textFrames, textsOf, type FramedTexts } from '../protocol/encode-frames.js';

const BATCH_BYTES = 256 * 1024;

interface Echo {
  readonly offset: number;
  readonly userId: string;
}

/** By session id of the connection. */
type Echoes = ReadonlyMap<string, readonly Echo[]>;

/** Framed events, with the times of the first. */
interface TimedTexts extends FramedTexts {
  readonly times: OriginTimes;
}

/** The restricted fields of a batch, which its own frames lack. */
interface Restricted {
  readonly byteLength: number;
  /** Frames the same events with their restricted fields. */
  readonly whole: () => EventBatch;
}

/**
 * Consecutive events of one channel, framed once: every socket gets the same bytes in one write. A transport with
 * another framing builds its own from the texts. A batch with restricted fields is framed a second time with them,
 * once a subscriber may see them.
 */
export class EventBatch {
  private framedWhole: EventBatch | undefined;

  private constructor(
    readonly first: number,
    readonly last: number,
    private readonly frames: TimedTexts,
    /** The events whose authors named a connection, by connection; undefined if there are none. */
    private readonly echoes: Echoes | undefined,
    /** Undefined if no event has restricted fields, or if the frames have them. */
    private readonly restricted: Restricted | undefined,
  ) {}

  /** Splits events, oldest first, into batches of BATCH_BYTES or one event. A missing offset starts a new batch. */
  static of(events: readonly LoggedEvent[]): EventBatch[] {
    const batches: EventBatch[] = [];
    let open: LoggedEvent[] = [];
    let bytes = 0;
    for (const event of events) {
      if (bytes >= BATCH_BYTES || event.offset !== (open.at(-1)?.offset ?? 0) + 1) {
        batches.push(...EventBatch.framed(open));
        [open, bytes] = [[], 0];
      }
      open.push(event);
      bytes += event.json.length + (event.restricted?.length ?? 0);
    }
    return [...batches, ...EventBatch.framed(open)];
  }

  /** Joins consecutive batches into one. */
  static joined(batches: readonly EventBatch[]): EventBatch {
    const [first] = batches;
    const last = batches.at(-1);
    if (first === undefined || last === undefined) throw new Error('There are no batches to join.');
    if (first === last) return first;
    const frames = { ...joinFrames(batches.map((batch) => batch.frames)), times: first.times };
    const echoes = joinEchoes(batches.map((batch) => batch.echoes));
    return new EventBatch(first.first, last.last, frames, echoes, joinRestricted(batches));
  }

  private static framed(events: readonly LoggedEvent[]): EventBatch[] {
    const [first] = events;
    if (first === undefined) return [];
    const last = first.offset + events.length - 1;
    const echoes = echoesOf(events);
    const times = originTimes(first.json);
    const framed = (texts: readonly string[], restricted?: Restricted) =>
      new EventBatch(first.offset, last, { ...textFrames(texts), times }, echoes, restricted);
    const byteLength = events.reduce((sum, { restricted }) => sum + (restricted?.length ?? 0), 0);
    const restricted = byteLength > 0 ? { byteLength, whole: () => framed(events.map(wholeJson)) } : undefined;
    return [
      framed(
        events.map((event) => event.json),
        restricted,
      ),
    ];
  }

  /** The batch with the restricted fields of its events; itself if there are none. */
  get whole(): EventBatch {
    return this.restricted === undefined ? this : (this.framedWhole ??= this.restricted.whole());
  }

  /** When its first event began. */
  get times(): OriginTimes {
    return this.frames.times;
  }

  /** Whether the bytes may hold an event with a trace: a payload can hold the same text. */
  get mayBeTraced(): boolean {
    return this.frames.bytes.includes(TRACE_KEY);
  }

  get size(): number {
    return this.last - this.first + 1;
  }

  get restrictedBytes(): number {
    return this.restricted?.byteLength ?? 0;
  }

  /** The bytes in memory, about. */
  get byteLength(): number {
    return this.frames.bytes.length + this.restrictedBytes;
  }

  /** The events before framing. Decoded again on each call. */
  texts(): string[] {
    return textsOf(this.frames);
  }

  /** The events after `offset`, before framing. */
  textsAfter(offset: number): string[] {
    return this.texts().slice(Math.max(0, offset - this.first + 1));
  }

  get hasEchoes(): boolean {
    return this.echoes !== undefined;
  }

  /** The batch for the connection `to`: positions replace the events that its own requests caused. */
  withoutEcho(to: EventOrigin, { channel, epoch }: Position): EventBatch {
    const echoes = this.echoes?.get(to.sessionId);
    if (echoes === undefined) return this;
    const texts = this.texts();
    for (const { offset, userId } of echoes) {
      // An author who names another user's connection must not hide events from it.
      if (userId !== to.userId) continue;
      texts[offset - this.first] = ServerFrame.of('position', { channel, epoch, offset }).text;
    }
    return new EventBatch(this.first, this.last, { ...textFrames(texts), times: this.times }, undefined, undefined);
  }

  /** The frames of the events after `offset`. */
  after(offset: number): Buffer {
    const { bytes, ends } = this.frames;
    return offset < this.first ? bytes : bytes.subarray(ends[offset - this.first]);
  }
}

function joinFrames(parts: readonly FramedTexts[]): FramedTexts {
  let start = 0;
  const ends = parts.flatMap(({ bytes, ends }) => {
    const from = start;
    start += bytes.length;
    return ends.map((end) => from + end);
  });
  return { bytes: Buffer.concat(parts.map(({ bytes }) => bytes)), ends };
}

function joinRestricted(batches: readonly EventBatch[]): Restricted | undefined {
  const byteLength = batches.reduce((sum, batch) => sum + batch.restrictedBytes, 0);
  if (byteLength === 0) return undefined;
  return { byteLength, whole: () => EventBatch.joined(batches.map((batch) => batch.whole)) };
}

function joinEchoes(parts: ReadonlyArray<Echoes | undefined>): Echoes | undefined {
  const joined = new Map<string, readonly Echo[]>();
  for (const echoes of parts) {
    for (const [sessionId, more] of echoes ?? []) joined.set(sessionId, [...(joined.get(sessionId) ?? []), ...more]);
  }
  return joined.size === 0 ? undefined : joined;
}

function echoesOf(events: readonly LoggedEvent[]): Echoes | undefined {
  let echoes: Map<string, Echo[]> | undefined;
  for (const { offset, origin } of events) {
    if (origin === undefined) continue;
    const { sessionId, userId } = origin;
    echoes ??= new Map();
    echoes.set(sessionId, [...(echoes.get(sessionId) ?? []), { offset, userId }]);
  }
  return echoes;
}
