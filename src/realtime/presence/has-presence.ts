import { channelKind } from '../../access/public/define-channel-kind.js';

/** Whether those who follow this channel see who else does. */
export function hasPresence(channel: string): boolean {
  const kind = channelKind(channel.slice(0, channel.indexOf(':')));
  return kind?.owner === 'workspace' && kind.hasPresence === true;
}
