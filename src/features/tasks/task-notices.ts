import { idOfChannel } from '../../access/public/define-channel-kind.js';
import { defineNotification } from '../../access/public/define-notification.js';
import { taskAssigned, TASKS_READ } from './tasks.declarations.js';

/** Nobody hears of what he has assigned to himself: whoever caused an event is left out. */
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
