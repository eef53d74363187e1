import { z } from 'zod';
import { positionSchema } from '../../platform/events/logged-event.js';
import { pageQuery, pageSchema } from '../../platform/http/api/page.js';

const title = z.string().trim().min(1).max(200);
const description = z.string().max(10_000);
const status = z.enum(['todo', 'in_progress', 'done']);
const assigneeId = z.uuid().toLowerCase().nullable().describe('a member of the workspace; null for none');

export const taskSchema = z
  .object({
    id: z.uuid(),
    title: z.string(),
    description: z.string(),
    status,
    assigneeId: z.uuid().nullable().describe('kept when the assignee leaves the workspace'),
    rank: z.number().describe('the place in the column of its status: tasks with a higher rank come before it'),
    createdBy: z.uuid(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime().describe('increases with every change; in quotes, it is the ETag'),
  })
  .meta({ id: 'Task' });

export const createTaskRequest = z
  .strictObject({
    title,
    description: description.default(''),
    status: status.default('todo'),
    assigneeId: assigneeId.default(null),
  })
  .meta({ id: 'CreateTaskRequest', example: { title: 'Answer the sender', status: 'todo' } });

export const changeTaskRequest = z
  .strictObject({
    title: title.optional(),
    description: description.optional(),
    status: status.optional(),
    assigneeId: assigneeId.optional(),
    before: z
      .uuid()
      .toLowerCase()
      .nullable()
      .optional()
      .describe('moves the task directly before this one in its column; null: to the end; absent with `status`: first'),
  })
  .meta({ id: 'ChangeTaskRequest', example: { status: 'done' } });

export const tasksQuery = pageQuery.extend({
  status: status.optional(),
  assignee: z.uuid().optional().describe('only tasks of this user'),
  q: z.string().trim().min(1).max(100).optional().describe('only tasks with this text in title or description'),
});

export const tasksResponse = pageSchema(taskSchema).extend({
  position: positionSchema.describe('the channel position that the page reflects: subscribe from here without a gap'),
});

export type Task = z.infer<typeof taskSchema>;
export type CreateTaskRequest = z.infer<typeof createTaskRequest>;
export type ChangeTaskRequest = z.infer<typeof changeTaskRequest>;
export type TasksQuery = z.infer<typeof tasksQuery>;
export type TasksResponse = z.infer<typeof tasksResponse>;
