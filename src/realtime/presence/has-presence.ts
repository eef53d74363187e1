import { channelKind } from '../../access/public/define-channel-kind.js';

/** Whether subscribers of this channel see who else is subscribed. */
export function hasPresence(channel: string): boolean {
  const kind = channelKind(channel.slice(0, channel.indexOf(':')));
  return kind?.owner === 'workspace' && kind.hasPresence === true;
}
