import { BUS_MESSAGE_BYTES } from '../../platform/bus/bus.js';

/** The bus topic for channels whose presence may have changed. */
export const PRESENCE_TOPIC = 'presence';

/** Splits the names at the size limit of bus messages. Channel names contain no blank. */
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
