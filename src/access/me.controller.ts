import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentUser } from '../identity/public/current-user.js';
import { FindUser } from '../identity/public/find-user.js';
import type { Principal } from '../identity/public/principal.js';
import { ownUserResponse, type OwnUserResponse } from '../identity/public/user.schemas.js';
import { Answers, Describe } from '../platform/http/api/answers.js';
import { Access, type OwnWorkspace } from './public/access.js';
import { workspaceResponse } from './workspaces/workspace.schemas.js';

const meResponse = z.object({ user: ownUserResponse, workspaces: z.array(workspaceResponse) }).meta({ id: 'Me' });

@ApiTags('Me')
@Controller('v1/me')
export class MeController {
  constructor(
    private readonly users: FindUser,
    private readonly access: Access,
  ) {}

  @Describe('Show your user', 'Your user, your workspaces, and your effective permissions in each.')
  @Get()
  @Answers(200, 'Your user, and your workspaces with your effective permissions.', meResponse)
  async show(@CurrentUser() caller: Principal): Promise<{ user: OwnUserResponse; workspaces: OwnWorkspace[] }> {
    const [user, workspaces] = await Promise.all([this.users.ownById(caller.userId), this.access.workspacesOf(caller)]);
    return { user, workspaces };
  }
}
