// What a test does with the client in a page: bundled, and put on `globalThis.page`.
import { sharedClient } from '../../client/src/tabs/tabs.ts';
import { TidingsClient } from '../../client/src/tidings.ts';

globalThis.page = {
  offsets: [],
  /** @param shared the name by which tabs share; without it this tab has a connection of its own */
  start({ token, channel, position, shared, reconnect = { minDelayMs: 20, maxDelayMs: 100 } }) {
    const options = { getToken: () => token, reconnect };
    this.client = shared === undefined ? new TidingsClient(options) : sharedClient(shared, options);
    this.live = 0;
    this.client.subscribe(channel, {
      position,
      onEvent: ({ offset }) => this.offsets.push(offset),
      onLive: () => this.live++,
    });
    this.client.connect();
  },
};
