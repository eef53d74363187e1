import { LOST } from './close-codes.js';
import type { Transport, Link } from './link.js';

/** The transport over an event stream. Its code is loaded on demand, because WebSockets work on most networks. */
export const streamTransport: Transport = (context, events) => {
  let link: Link | undefined;
  let isOver = false;
  import('./stream-link.js').then(
    ({ StreamLink }) => {
      if (!isOver) link = new StreamLink(context, events);
    },
    () => isOver || events.ended({ code: LOST, reason: 'the event stream could not be loaded' }),
  );
  return {
    via: 'stream',
    send: (frame) => link?.send(frame),
    check: () => link?.check(),
    close() {
      isOver = true;
      link?.close();
    },
  };
};
