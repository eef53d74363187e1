import { BUS_MESSAGE_BYTES } from '../bus/bus.js';

/** "The rights of these users changed, at this position." Sent to the nodes after the commit. */
export const FENCE_TOPIC = 'fence';

export interface FenceChange {
  readonly position: number;
  readonly userIds: readonly string[];
}

/** A change as a node heard of it; without its users when only its position is known. */
export type HeardChange = Pick<FenceChange, 'position'> & Partial<FenceChange>;

export const writeChange = ({ position, userIds }: FenceChange): string => `${position} ${userIds.join(',')}`;

/** Fits on the bus, however many have the role that was changed: the row of the change names them too. */
export function writeCompactChange(change: FenceChange): string {
  const whole = writeChange(change);
  return whole.length <= BUS_MESSAGE_BYTES ? whole : String(change.position);
}

export function readChange(message: string): HeardChange {
  const [position, userIds] = message.split(' ');
  return { position: Number(position), ...(userIds === undefined ? {} : { userIds: userIds.split(',') }) };
}

/** "This node has applied everything up to this position." Sent back. */
export const FENCE_ACK_TOPIC = 'fence-ack';

export interface FenceAck {
  readonly node: string;
  readonly applied: number;
}

export const writeAck = ({ node, applied }: FenceAck): string => `${node} ${applied}`;

export function readAck(message: string): FenceAck {
  const [node = '', applied] = message.split(' ');
  return { node, applied: Number(applied) };
}
