import type { Buffer } from 'node:buffer';
import type { LoggedEvent } from '../../platform/events/logged-event.js';
import { textFrames, textsOf, type FramedTexts } from '../frames/frame.js';

const RUN_BYTES = 256 * 1024;

/**
 * Consecutive events of one channel, framed once; every socket gets the same bytes in one write. A transport that frames
 * in another way makes its own of the texts.
 */
export class EventRun {
  private constructor(
    readonly first: number,
    readonly last: number,
    private readonly frames: FramedTexts,
  ) {}

  /** Cuts events, oldest first, into runs of RUN_BYTES or one event; where an offset is missing a new run begins. */
  static of(events: readonly LoggedEvent[]): EventRun[] {
    const runs: EventRun[] = [];
    let open: LoggedEvent[] = [];
    let bytes = 0;
    for (const event of events) {
      if (bytes >= RUN_BYTES || event.offset !== (open.at(-1)?.offset ?? 0) + 1) {
        runs.push(...EventRun.framed(open));
        [open, bytes] = [[], 0];
      }
      open.push(event);
      bytes += event.json.length;
    }
    return [...runs, ...EventRun.framed(open)];
  }

  private static framed(events: readonly LoggedEvent[]): EventRun[] {
    const [first] = events;
    if (first === undefined) return [];
    const frames = textFrames(events.map((event) => event.json));
    return [new EventRun(first.offset, first.offset + events.length - 1, frames)];
  }

  get size(): number {
    return this.last - this.first + 1;
  }

  get byteLength(): number {
    return this.frames.bytes.length;
  }

  /** The events one by one, as they were before they were framed. Decoded anew with each call. */
  texts(): string[] {
    return textsOf(this.frames);
  }

  /** The frames of the events that follow `offset`. */
  after(offset: number): Buffer {
    const { bytes, ends } = this.frames;
    return offset < this.first ? bytes : bytes.subarray(ends[offset - this.first]);
  }
}
