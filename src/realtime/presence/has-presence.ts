import { channelKind } from '../../access/public/define-channel-kind.js';

/** The bus topic for a channel whose presence may have changed, for processes that follow the channel. */
export const PRESENCE_TOPIC = 'presence';

/** Whether subscribers of this channel see who else is subscribed. */
export function hasPresence(channel: string): boolean {
  const kind = channelKind(channel.slice(0, channel.indexOf(':')));
  return kind?.owner === 'workspace' && kind.hasPresence === true;
}
