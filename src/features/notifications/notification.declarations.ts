import { z } from 'zod';
import { defineEvent } from '../../platform/events/define-event.js';

/**
 * Published on `user:<id>`, without text: the log replays it even after the user has lost the right to see its subject.
 * A client reads the notification itself, which checks the rights.
 */
export const notificationMade = defineEvent(
  'notification',
  z.object({
    id: z.uuid(),
    kind: z.string(),
    workspaceId: z.uuid().nullable().describe('null if it concerns only the user'),
  }),
);
