import { BUS_MESSAGE_BYTES } from '../../platform/bus/bus.js';

/** The bus topic that says: other users may be in these channels now. */
export const PRESENCE_TOPIC = 'presence';

/** Names of channels contain no blank. As many messages as it takes for each to fit on the bus. */
export function writePresenceHints(channels: readonly string[]): string[] {
  const messages: string[] = [];
  let open = '';
  for (const channel of new Set(channels)) {
    if (open.length + 1 + channel.length > BUS_MESSAGE_BYTES) {
      messages.push(open);
      open = '';
    }
    open += open === '' ? channel : ` ${channel}`;
  }
  return open === '' ? messages : [...messages, open];
}

export const readPresenceHint = (message: string): string[] => message.split(' ');
