// Bundled into a page: a test drives the client there through `globalThis.page`.
import { sharedClient } from '../../client/src/tabs/tabs.ts';
import { TidingsClient } from '../../client/src/tidings.ts';

globalThis.page = {
  offsets: [],
  /** @param shared the name under which tabs share a connection; without it this tab has its own */
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
