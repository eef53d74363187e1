import { channelName, defineChannelKind } from '../../access/contracts/define-channel-kind.js';

const { noun } = defineChannelKind({ noun: 'user', owner: 'user' });

/** What concerns one user only. Every socket of that user is subscribed to it from the start. */
export const userChannel = (userId: string): string => channelName(noun, userId);
