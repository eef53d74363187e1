/** Loaded into each Node server before its own code: the bench asks it to collect garbage, and how long its turns were. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();

const commands = {
  collectGarbage() {
    // As when memory runs out: what is only fragmentation goes back too.
    globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    return {};
  },

  /** Milliseconds, since the last time. */
  turns() {
    const figures = { p99: delays.percentile(99) / 1e6, longest: delays.max / 1e6 };
    delays.reset();
    return figures;
  },
};

process.on('message', ({ command }) => process.send({ figures: commands[command]() }));
// What ends when its work ends must not wait for us.
process.channel.unref();
