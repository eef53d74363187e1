import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequirePermission } from '../../access/public/require-permission.js';
import { Caller, type RequestActor } from '../../identity/public/caller.js';
import { NamesItsSession } from '../../identity/public/names-its-session.js';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { IdPipe } from '../../platform/http/api/id-pipe.js';
import { ChangeTask } from './change-task.js';
import { CreateTask } from './create-task.js';
import { DeleteTask } from './delete-task.js';
import { ListTasks } from './list-tasks.js';
import { etagOf, IfMatch } from './precondition.js';
import { assigneeUnknown, placeUnknown, taskChanged, taskNotFound } from './task.errors.js';
import {
  changeTaskRequest,
  createTaskRequest,
  taskSchema,
  tasksQuery,
  tasksResponse,
  type ChangeTaskRequest,
  type CreateTaskRequest,
  type Task,
  type TasksQuery,
  type TasksResponse,
} from './task.schemas.js';
import { TASKS_READ, TASKS_WRITE } from './tasks.declarations.js';

@ApiTags('Tasks')
@Controller('v1/workspaces/:ws/tasks')
export class TasksController {
  constructor(
    private readonly tasks: ListTasks,
    private readonly createTask: CreateTask,
    private readonly changeTask: ChangeTask,
    private readonly deleteTask: DeleteTask,
  ) {}

  @Describe(
    'List tasks of a workspace',
    'Includes the channel position to subscribe from, to receive every later change as an event.',
  )
  @Get()
  @RequirePermission(TASKS_READ)
  @Answers(200, 'A page of tasks, newest first, and the position to subscribe from.', tasksResponse)
  list(@Param('ws') workspaceId: string, @Query({ schema: tasksQuery }) query: TasksQuery): Promise<TasksResponse> {
    return this.tasks.run(workspaceId, query);
  }

  @Describe('Read one task', 'Includes the ETag for conditional changes.')
  @Get(':id')
  @RequirePermission(TASKS_READ)
  @Answers(200, 'The task, with its ETag.', taskSchema)
  @Fails(taskNotFound)
  async get(
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Task> {
    return tagged(reply, await this.tasks.one(workspaceId, id));
  }

  @Describe('Create a task', 'Publishes `task:created`.')
  @Post()
  @RequirePermission(TASKS_WRITE)
  @NamesItsSession()
  @Answers(201, 'The task, with its ETag.', taskSchema)
  @Fails(assigneeUnknown)
  async create(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Body({ schema: createTaskRequest }) wanted: CreateTaskRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Task> {
    return tagged(reply, await this.createTask.run(actor, workspaceId, wanted));
  }

  @Describe(
    'Change or move a task',
    'With `If-Match`, fails when the task has been changed since you read it. Tasks that make room for a moved one change too.',
  )
  @Patch(':id')
  @RequirePermission(TASKS_WRITE)
  @NamesItsSession()
  @IfMatch()
  @Answers(200, 'The task as it is now, with its ETag.', taskSchema)
  @Fails(taskNotFound, taskChanged, assigneeUnknown, placeUnknown)
  async change(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Body({ schema: changeTaskRequest }) wanted: ChangeTaskRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Task> {
    const task = { workspaceId, id, ifMatch: reply.request.headers['if-match'] };
    return tagged(reply, await this.changeTask.run(actor, task, wanted));
  }

  @Describe('Delete a task', 'Publishes `task:deleted`.')
  @Delete(':id')
  @RequirePermission(TASKS_WRITE)
  @NamesItsSession()
  @IfMatch()
  @Answers(204, 'The task has been deleted.')
  @Fails(taskNotFound, taskChanged)
  async delete(
    @Caller() actor: RequestActor,
    @Param('ws') workspaceId: string,
    @Param('id', IdPipe) id: string,
    @Req() { headers }: FastifyRequest,
  ): Promise<void> {
    await this.deleteTask.run(actor, { workspaceId, id, ifMatch: headers['if-match'] });
  }
}

function tagged(reply: FastifyReply, task: Task): Task {
  reply.header('etag', etagOf(task));
  return task;
}
