import type { EventRun } from '../feeds/event-run.js';
import type { Place } from '../feeds/listener.js';
import type { Closing } from '../frames/close-codes.js';
import type { ServerFrame } from '../frames/frame.js';
import type { Outgoing } from './outgoing.js';
import type { Pulse } from './pulse.js';

/** The connection under a session. What two transports do in their own ways, and nothing that they do alike. */
export interface Line {
  readonly isOpen: boolean;
  readonly outgoing: Outgoing;
  readonly pulse: Pulse;

  send(frame: ServerFrame): void;

  /** Writes the events of the run that follow `place`. */
  write(run: EventRun, place: Place): void;

  /** Makes the connection show that it is alive. */
  ping(): void;

  /** Lets what was written leave, if the client takes it in time, and says why it ends where the transport can. */
  close(closing: Closing): void;

  /** Ends it at once. */
  terminate(): void;

  /** Called once, whoever ended it. */
  onClose(listener: () => void): void;
}
