import { z } from 'zod';
import { messageFilter } from './message-filter.js';
import type { MessageReplay } from './message-replay.entity.js';

export const createMessageReplayRequest = z
  .strictObject({ filter: messageFilter.describe('the messages to send again; `{}` means all of them') })
  .meta({ id: 'CreateMessageReplayRequest', example: { filter: { status: 'failed', since: '2026-01-01T00:00:00Z' } } });

export const messageReplayCreatedResponse = z.object({ id: z.uuid() }).meta({ id: 'MessageReplayCreated' });

export const messageReplayResponse = z
  .object({
    id: z.uuid(),
    status: z.enum(['running', 'done', 'cancelled']).describe('`done`: each message is due again'),
    done: z.int().describe('the number of messages that are due again so far'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'MessageReplay' });

export type CreateMessageReplayRequest = z.infer<typeof createMessageReplayRequest>;
export type MessageReplayResponse = z.infer<typeof messageReplayResponse>;

export const showMessageReplay = ({ id, status, done, createdAt }: MessageReplay): MessageReplayResponse => ({
  id,
  status,
  done,
  createdAt: createdAt.toISOString(),
});
