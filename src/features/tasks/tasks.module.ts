import { Module } from '@nestjs/common';
import { defineChannelKind } from '../../access/contracts/define-channel-kind.js';
import { definePermission } from '../../access/contracts/define-permission.js';

const TASKS_READ = definePermission('tasks:read', ['member', 'viewer']);
definePermission('tasks:write', ['member']);

/** `tasks:<workspaceId>` */
defineChannelKind({ noun: 'tasks', owner: 'workspace', permission: TASKS_READ });

/** So far a promise to clients: who may read and write tasks, and the channel that will carry them. */
@Module({})
export class TasksModule {}
