import { z } from 'zod';
import { workspaceRole } from '../public/workspace-role.js';

const name = z.string().trim().min(1).max(120);

export const createWorkspaceRequest = z
  .strictObject({ name })
  .meta({ id: 'CreateWorkspaceRequest', example: { name: 'Operations' } });

const days = z.int().min(1).nullable();
const NULL_DAYS = 'null: as long as the installation keeps them';

export const changeWorkspaceRequest = z
  .strictObject({
    name: name.optional(),
    retention: z
      .strictObject({
        eventsDays: days.optional().describe(`days that events stay in the log; ${NULL_DAYS}`),
        deliveriesDays: days.optional().describe(`days that deliveries are kept; ${NULL_DAYS}`),
      })
      .optional(),
  })
  .meta({ id: 'ChangeWorkspaceRequest', example: { name: 'Operations', retention: { deliveriesDays: 7 } } });

const retention = z
  .object({
    eventsDays: days.describe(`days that events stay in the log; ${NULL_DAYS}`),
    deliveriesDays: days.describe(`days that deliveries are kept; ${NULL_DAYS}`),
    maxEventsDays: z.int().describe('the days of the installation, and the most for `eventsDays`'),
    maxDeliveriesDays: z.int().describe('the days of the installation, and the most for `deliveriesDays`'),
  })
  .meta({ id: 'WorkspaceRetention' });

export const deleteWorkspaceQuery = z.object({
  confirm: z.string().describe('the name of the workspace, to prevent mistakes'),
});

export const transferRequest = z
  .strictObject({ userId: z.uuid().describe('a member of the workspace') })
  .meta({ id: 'TransferWorkspaceRequest', example: { userId: '0198a000-0000-7000-8000-000000000000' } });

export const deletedWorkspaceResponse = z
  .object({
    id: z.uuid(),
    name: z.string(),
    deletedAt: z.iso.datetime(),
    deletedUntil: z.iso.datetime().describe('it can be restored until then, and is erased afterwards'),
  })
  .meta({ id: 'DeletedWorkspace' });

/** A workspace as shown to one of its members. */
export const workspaceResponse = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: workspaceRole.describe('your role in it'),
    permissions: z.array(z.string()).describe('your effective permissions in it'),
  })
  .meta({ id: 'Workspace' });

/** A workspace with its settings. */
export const workspaceDetailsResponse = workspaceResponse.extend({ retention }).meta({ id: 'WorkspaceDetails' });

export type CreateWorkspaceRequest = z.infer<typeof createWorkspaceRequest>;
export type ChangeWorkspaceRequest = z.infer<typeof changeWorkspaceRequest>;
export type WorkspaceRetention = z.infer<typeof retention>;
export type DeleteWorkspaceQuery = z.infer<typeof deleteWorkspaceQuery>;
export type TransferWorkspaceRequest = z.infer<typeof transferRequest>;
