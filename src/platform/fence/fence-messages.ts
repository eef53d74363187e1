import { BUS_MESSAGE_BYTES } from '../bus/bus.js';

/** "The rights of these users changed, at this position of this epoch." Sent to the nodes after the commit. */
export const FENCE_TOPIC = 'fence';

export interface FenceChange {
  readonly position: number;
  readonly epoch: string;
  readonly userIds: readonly string[];
}

/** A change as a node heard of it; without its epoch and its users where they did not fit: then the node asks the database. */
export type HeardChange = Pick<FenceChange, 'position'> & Partial<FenceChange>;

export const writeChange = ({ position, userIds, epoch }: FenceChange): string =>
  `${position} ${userIds.join(',')} ${epoch}`;

/** Fits on the bus, however many have the role that was changed: the row of the change names them too. */
export function writeCompactChange(change: FenceChange): string {
  const whole = writeChange(change);
  return whole.length <= BUS_MESSAGE_BYTES ? whole : String(change.position);
}

export function readChange(message: string): HeardChange {
  const [position, userIds, epoch] = message.split(' ');
  if (userIds === undefined || epoch === undefined) return { position: Number(position) };
  return { position: Number(position), userIds: userIds.split(','), epoch };
}

/** "This node has applied everything up to this position of this epoch." Sent back. */
export const FENCE_ACK_TOPIC = 'fence-ack';

export interface FenceAck {
  readonly node: string;
  readonly applied: number;
  /** Undefined in what the release before this one says. */
  readonly epoch: string | undefined;
}

export const writeAck = ({ node, applied, epoch }: FenceAck): string => `${node} ${applied} ${epoch ?? ''}`;

export function readAck(message: string): FenceAck {
  const [node = '', applied, epoch] = message.split(' ');
  return { node, applied: Number(applied), epoch };
}
