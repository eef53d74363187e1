import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../../platform/config/environment.js';
import { DeleteTopic } from './delete-topic.js';
import { EventTypesController } from './event-types/event-types.controller.js';
import { ManageEventTypes } from './event-types/manage-event-types.js';
import { PayloadChecks } from './event-types/payload-checks.js';
import { WorkspaceAsyncApiController } from './event-types/workspace-asyncapi.controller.js';
import { ListTopics } from './list-topics.js';
import { PublishCommand } from './publish-command.js';
import { PublishEvents } from './publish-events.js';
import { PublishKeyRetention } from './publish-key-retention.js';
import { PublishController } from './publish.controller.js';
import { ManageRetention } from './retention/manage-retention.js';
import { RetentionController } from './retention/retention.controller.js';
import { TrimTopics } from './retention/trim-topics.js';
import { TopicsController } from './topics.controller.js';
import './topics.declarations.js';
import { WritePublications } from './write-publications.js';
import './workspace-data.js';

/** Channels of a workspace's own and the events that its members publish: over HTTP in the api, else in the gateway. */
@Module({})
export class TopicsModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const isApi = roles.has('api');
    const isGateway = roles.has('gateway');
    return {
      module: TopicsModule,
      controllers: isApi
        ? [PublishController, TopicsController, RetentionController, EventTypesController, WorkspaceAsyncApiController]
        : [],
      providers: [
        ...(isApi || isGateway ? [PublishEvents, WritePublications, PayloadChecks] : []),
        ...(isApi ? [ListTopics, DeleteTopic, ManageEventTypes, ManageRetention] : []),
        ...(isGateway ? [PublishCommand] : []),
        ...(roles.has('worker') ? [PublishKeyRetention, TrimTopics] : []),
      ],
    };
  }
}
