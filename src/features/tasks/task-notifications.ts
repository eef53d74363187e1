import { idOfChannel } from '../../access/public/define-channel-kind.js';
import { defineNotification } from '../../access/public/define-notification.js';
import { taskAssigned, TASKS_READ } from './tasks.declarations.js';

/** Users are not notified when they assign a task to themselves, because the actor of an event is excluded. */
defineNotification({
  kind: 'task.assigned',
  description: 'A task was assigned to you.',
  event: taskAssigned,
  notificationsOf: ({ id, title, description, assigneeId }, { channel }) => {
    if (assigneeId === null) return [];
    const requires = { workspaceId: idOfChannel(channel), permission: TASKS_READ };
    const body = description.slice(0, 200);
    return [{ recipients: [assigneeId], requires, subject: `task:${id}`, title, body, path: `/tasks/${id}` }];
  },
});
