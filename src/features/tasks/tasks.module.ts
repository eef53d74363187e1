import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../../platform/config/environment.js';
import { ChangeTask } from './change-task.js';
import { CreateTask } from './create-task.js';
import { DeleteTask } from './delete-task.js';
import { ListTasks } from './list-tasks.js';
import { TasksController } from './tasks.controller.js';
import './task-notifications.js';
import './tasks.declarations.js';
import './workspace-data.js';

/** Tasks of a workspace. Every process declares the permissions and the channel; the api serves the calls. */
@Module({})
export class TasksModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    if (!roles.has('api')) return { module: TasksModule };
    return {
      module: TasksModule,
      controllers: [TasksController],
      providers: [ListTasks, CreateTask, ChangeTask, DeleteTask],
    };
  }
}
