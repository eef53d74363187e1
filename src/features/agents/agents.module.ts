import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../../platform/config/environment.js';
import { McpController } from './mcp.controller.js';
import { ServeMessage } from './serve-message.js';

/** Tools for AI agents over the Model Context Protocol, in the api. */
@Module({})
export class AgentsModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const isApi = roles.has('api');
    return {
      module: AgentsModule,
      controllers: isApi ? [McpController] : [],
      providers: isApi ? [ServeMessage] : [],
    };
  }
}
