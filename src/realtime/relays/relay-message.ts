/** The bus topic of relayed frames. */
export const RELAY_TOPIC = 'relay';

/** A relayed frame on the bus. Channel, sender and type contain no blank. */
export interface RelayMessage {
  readonly channel: string;
  readonly userId: string;
  readonly type: string;
  /** JSON that includes the sender's `userId`. */
  readonly payload: string;
}

export const writeRelay = ({ channel, userId, type, payload }: RelayMessage): string =>
  `${channel} ${userId} ${type} ${payload}`;

export function readRelay(message: string): RelayMessage {
  const [channel = '', userId = '', type = ''] = message.split(' ', 3);
  return { channel, userId, type, payload: message.slice(channel.length + userId.length + type.length + 3) };
}
