import { Bus } from '../../src/platform/bus/bus.js';

const none = () => undefined;
const done = async () => undefined;

/** A bus without other processes. */
export class LocalBus extends Bus {
  constructor() {
    super({ partitions: 1, open: async () => ({ send: none, listen: done, unlisten: none, close: done }) });
  }
}
