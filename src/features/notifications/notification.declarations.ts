import { z } from 'zod';
import { defineEvent } from '../../platform/events/define-event.js';

/**
 * On `user:<id>`. It carries no text: the log keeps it, and gives it to the user also when he may not see any more what it
 * is about. Who shows it asks for the notification itself, and gets it if he may.
 */
export const notificationMade = defineEvent(
  'notification',
  z.object({
    id: z.uuid(),
    kind: z.string(),
    workspaceId: z.uuid().nullable().describe('null when it is about the user alone'),
  }),
);
