import { Buffer } from 'node:buffer';
import type { EventOrigin, LoggedEvent, Position } from '../../platform/events/logged-event.js';
import { ServerFrame, textFrames, textsOf, type FramedTexts } from '../protocol/encode-frames.js';

const BATCH_BYTES = 256 * 1024;

interface Echo {
  readonly offset: number;
  readonly userId: string;
}

/** By session id of the connection. */
type Echoes = ReadonlyMap<string, readonly Echo[]>;

/**
 * Consecutive events of one channel, framed once: every socket gets the same bytes in one write. A transport with
 * another framing builds its own from the texts.
 */
export class EventBatch {
  private constructor(
    readonly first: number,
    readonly last: number,
    private readonly frames: FramedTexts,
    /** The events whose authors named a connection, by connection; undefined if there are none. */
    private readonly echoes: Echoes | undefined,
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
      bytes += event.json.length;
    }
    return [...batches, ...EventBatch.framed(open)];
  }

  /** Joins consecutive batches into one. */
  static joined(batches: readonly EventBatch[]): EventBatch {
    const [first] = batches;
    const last = batches.at(-1);
    if (first === undefined || last === undefined) throw new Error('There are no batches to join.');
    if (first === last) return first;
    const frames = joinFrames(batches.map((batch) => batch.frames));
    return new EventBatch(first.first, last.last, frames, joinEchoes(batches.map((batch) => batch.echoes)));
  }

  private static framed(events: readonly LoggedEvent[]): EventBatch[] {
    const [first] = events;
    if (first === undefined) return [];
    const frames = textFrames(events.map((event) => event.json));
    return [new EventBatch(first.offset, first.offset + events.length - 1, frames, echoesOf(events))];
  }

  get size(): number {
    return this.last - this.first + 1;
  }

  get byteLength(): number {
    return this.frames.bytes.length;
  }

  /** The events before framing. Decoded again on each call. */
  texts(): string[] {
    return textsOf(this.frames);
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
    return new EventBatch(this.first, this.last, textFrames(texts), undefined);
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
