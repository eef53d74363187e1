import { z } from 'zod';
import { workspaceRole } from '../public/workspace-role.js';

const name = z.string().trim().min(1).max(120);

export const createWorkspaceRequest = z
  .strictObject({ name })
  .meta({ id: 'CreateWorkspaceRequest', example: { name: 'Operations' } });

export const changeWorkspaceRequest = z
  .strictObject({ name })
  .meta({ id: 'ChangeWorkspaceRequest', example: { name: 'Operations' } });

/** A workspace as shown to one of its members. */
export const workspaceResponse = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: workspaceRole.describe('your role in it'),
    permissions: z.array(z.string()).describe('your effective permissions in it'),
  })
  .meta({ id: 'Workspace' });

export type CreateWorkspaceRequest = z.infer<typeof createWorkspaceRequest>;
export type ChangeWorkspaceRequest = z.infer<typeof changeWorkspaceRequest>;
