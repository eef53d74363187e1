/** "The rights of these users changed, at this position." Sent to the nodes after the commit. */
export const FENCE_TOPIC = 'fence';

export interface FenceChange {
  readonly position: number;
  readonly userIds: readonly string[];
}

export const writeChange = ({ position, userIds }: FenceChange): string => `${position} ${userIds.join(',')}`;

export function readChange(message: string): FenceChange {
  const [position, userIds = ''] = message.split(' ');
  return { position: Number(position), userIds: userIds.split(',') };
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
