import { BUS_MESSAGE_BYTES } from '../bus/bus.js';

/** The rights of these users changed, at this position of this epoch. Sent to all nodes after the commit. */
export const FENCE_TOPIC = 'fence';

export interface FenceChange {
  readonly position: number;
  readonly epoch: string;
  readonly userIds: readonly string[];
}

/** A received change. Without epoch and users if they did not fit: the node then reads them from the database. */
export type ReceivedChange = Pick<FenceChange, 'position'> & Partial<FenceChange>;

export const writeChange = ({ position, userIds, epoch }: FenceChange): string =>
  `${position} ${userIds.join(',')} ${epoch}`;

/** Fits on the bus for any number of users: the row of the change contains them too. */
export function writeCompactChange(change: FenceChange): string {
  const whole = writeChange(change);
  return whole.length <= BUS_MESSAGE_BYTES ? whole : String(change.position);
}

export function readChange(message: string): ReceivedChange {
  const [position, userIds, epoch] = message.split(' ');
  if (userIds === undefined || epoch === undefined) return { position: Number(position) };
  return { position: Number(position), userIds: userIds.split(','), epoch };
}

/** The reply of a node that has applied everything up to this position of this epoch. */
export const FENCE_ACK_TOPIC = 'fence-ack';

export interface FenceAck {
  readonly node: string;
  readonly applied: number;
  /** Undefined in messages of the previous release. */
  readonly epoch: string | undefined;
}

export const writeAck = ({ node, applied, epoch }: FenceAck): string => `${node} ${applied} ${epoch ?? ''}`;

export function readAck(message: string): FenceAck {
  const [node = '', applied, epoch] = message.split(' ');
  return { node, applied: Number(applied), epoch };
}
