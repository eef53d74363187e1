import { channelName, defineChannelKind } from './define-channel-kind.js';

const { noun } = defineChannelKind({ noun: 'user', owner: 'user' });

/** A private channel of one user: other users can't read it with any permission. */
export const userChannel = (userId: string): string => channelName(noun, userId);
