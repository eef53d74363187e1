import { describe, expect, it } from '@jest/globals';
import { Duplex } from 'node:stream';
import { SendBuffer } from './send-buffer.js';

/** A connection whose other side reads only when the test allows it. */
class StoppedWire extends Duplex {
  private readonly done: Array<() => void> = [];

  override _read(): void {}

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    this.done.push(done);
  }

  /** Lets one chunk through. */
  async letThrough(): Promise<void> {
    this.done.shift()?.();
    await new Promise(setImmediate);
  }
}

const CHUNK = Buffer.alloc(40_000);

describe('SendBuffer', () => {
  it('reports how long the oldest buffered byte has waited', () => {
    const sendBuffer = new SendBuffer(new StoppedWire());
    expect(sendBuffer.stalledMs(0)).toBe(0);
    sendBuffer.write(CHUNK);
    expect(sendBuffer.stalledMs(1_000)).toBe(0);
    sendBuffer.write(CHUNK);
    expect(sendBuffer.stalledMs(9_000)).toBe(8_000);
  });

  it('does not report a slow reader as stalled while older bytes are being sent', async () => {
    const wire = new StoppedWire();
    const sendBuffer = new SendBuffer(wire);
    sendBuffer.write(CHUNK);
    for (let now = 0; now < 100_000; now += 5_000) {
      sendBuffer.write(CHUNK);
      expect(sendBuffer.stalledMs(now)).toBeLessThan(10_000);
      await wire.letThrough();
    }
    expect(sendBuffer.bufferedBytes).toBeGreaterThan(0);
  });

  it('restarts the measurement when the buffer is empty', async () => {
    const wire = new StoppedWire();
    const sendBuffer = new SendBuffer(wire);
    sendBuffer.write(CHUNK);
    sendBuffer.stalledMs(0);
    await wire.letThrough();
    expect(sendBuffer.stalledMs(60_000)).toBe(0);
  });

  it('settles every `drained` promise when the buffer is empty', async () => {
    const wire = new StoppedWire();
    const sendBuffer = new SendBuffer(wire);
    sendBuffer.write(CHUNK);
    const waiting = Promise.all([sendBuffer.drained(), sendBuffer.drained()]);
    expect(wire.listenerCount('drain')).toBe(1);
    await wire.letThrough();
    await waiting;
    await sendBuffer.drained();
    expect(wire.listenerCount('drain')).toBe(0);
  });

  it('settles every `drained` promise when the connection breaks', async () => {
    const wire = new StoppedWire();
    const sendBuffer = new SendBuffer(wire);
    sendBuffer.write(CHUNK);
    const waiting = sendBuffer.drained();
    wire.destroy();
    await expect(waiting).resolves.toBeUndefined();
  });
});
