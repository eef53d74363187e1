/** Preloaded into each Node server: the bench commands it to collect garbage and reads its event loop delay. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();

const commands = {
  collectGarbage() {
    // As when memory runs out: this returns fragmented pages to the system too.
    globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    return {};
  },

  /** In milliseconds, since the last call. */
  eventLoopDelay() {
    const figures = { p99: delays.percentile(99) / 1e6, longest: delays.max / 1e6 };
    delays.reset();
    return figures;
  },
};

process.on('message', ({ command }) => process.send({ figures: commands[command]() }));
// The channel to the bench must not keep the server alive.
process.channel.unref();
