/** The bus topic of what clients send to each other. */
export const RELAY_TOPIC = 'relay';

/** A frame on its way to the nodes. Channel, sender and type contain no blank. */
export interface RelayMessage {
  readonly channel: string;
  readonly userId: string;
  readonly type: string;
  /** JSON, with the sender in it. */
  readonly payload: string;
}

export const writeRelay = ({ channel, userId, type, payload }: RelayMessage): string =>
  `${channel} ${userId} ${type} ${payload}`;

export function readRelay(message: string): RelayMessage {
  const [channel = '', userId = '', type = ''] = message.split(' ', 3);
  return { channel, userId, type, payload: message.slice(channel.length + userId.length + type.length + 3) };
}
