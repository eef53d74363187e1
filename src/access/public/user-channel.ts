import { channelName, defineChannelKind } from './define-channel-kind.js';

const { noun } = defineChannelKind({ noun: 'user', owner: 'user' });

/** What concerns one user only: nobody else reads it, whatever permissions somebody has. */
export const userChannel = (userId: string): string => channelName(noun, userId);
