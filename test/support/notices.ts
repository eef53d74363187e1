import type { INestApplicationContext } from '@nestjs/common';
import { z } from 'zod';
import { defineNotification } from '../../src/access/public/define-notification.js';
import { Database } from '../../src/platform/database/database.js';
import { defineEvent } from '../../src/platform/events/define-event.js';
import { draftEvent, EventLog } from '../../src/platform/events/event-log.js';

const noted = defineEvent(
  'test:noted',
  z.object({ workspaceId: z.uuid(), to: z.array(z.uuid()).nullable(), title: z.string(), subject: z.string() }),
);

/** A rule of the tests. It notifies the named recipients, or all users, if they may read webhooks. */
defineNotification({
  kind: 'test.noted',
  description: 'Something was noted.',
  event: noted,
  notificationsOf: ({ workspaceId, to, title, subject }) => [
    {
      recipients: to ?? 'everybody',
      requires: { workspaceId, permission: 'webhooks:read' },
      subject,
      title,
      body: `The body of ${title}`,
      path: `/noted/${subject}`,
    },
  ],
});

interface Note {
  readonly to?: readonly string[];
  readonly title: string;
  readonly subject?: string;
  readonly actor?: string;
}

/** Says something that concerns people, as a room would: all of it in one transaction. */
export async function note(
  app: INestApplicationContext,
  workspaceId: string,
  ...notes: readonly Note[]
): Promise<void> {
  const drafts = notes.map(({ to, title, subject = title, actor }) => {
    const payload = { workspaceId, to: to === undefined ? null : [...to], title, subject };
    return draftEvent(noted, `webhooks:${workspaceId}`, payload, actor);
  });
  await app.get(Database).transaction((tx) => app.get(EventLog).append(tx, drafts));
}
