import { LOST } from './close-codes.js';
import type { Dial, Link } from './link.js';

/** By an event stream. What makes one is loaded only when it is needed: most networks let a WebSocket through. */
export const dialStream: Dial = (dialing, events) => {
  let link: Link | undefined;
  let isOver = false;
  import('./stream-link.js').then(
    ({ StreamLink }) => {
      if (!isOver) link = new StreamLink(dialing, events);
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
