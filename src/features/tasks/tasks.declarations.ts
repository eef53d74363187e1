import { z } from 'zod';
import { channelName, defineChannelKind } from '../../access/public/define-channel-kind.js';
import { definePermission } from '../../access/public/define-permission.js';
import { defineEvent } from '../../platform/events/define-event.js';
import { defineRelay } from '../../realtime/public/define-relay.js';
import { taskSchema } from './task.schemas.js';

export const TASKS_READ = definePermission('tasks:read', ['member', 'viewer']);
export const TASKS_WRITE = definePermission('tasks:write', ['member']);

const { noun } = defineChannelKind({ noun: 'tasks', owner: 'workspace', permission: TASKS_READ });

export const tasksChannel = (workspaceId: string): string => channelName(noun, workspaceId);

export const taskCreated = defineEvent('task:created', taskSchema);
export const taskUpdated = defineEvent('task:updated', taskSchema);
/** Published in addition to `task:created` or `task:updated`. */
export const taskAssigned = defineEvent('task:assigned', taskSchema);
export const taskDeleted = defineEvent('task:deleted', z.object({ id: z.uuid() }));

/** The sender is typing in this task. */
export const taskTyping = defineRelay({
  type: 'task:typing',
  payload: z.object({ workspaceId: z.uuid(), taskId: z.uuid() }),
  channelOf: ({ workspaceId }) => tasksChannel(workspaceId),
});
