import { z } from 'zod';

/** The built-in roles, in descending order of their permissions. */
export const builtInRole = z.enum(['owner', 'admin', 'member', 'viewer']);

export type BuiltInRole = z.infer<typeof builtInRole>;

/** A built-in role, or a custom role of the workspace. */
export const workspaceRole = z
  .string()
  .regex(/^[a-z][a-z-]{0,38}[a-z]$/, 'a lower-case noun of 2 to 40 letters and hyphens')
  .describe('`owner`, `admin`, `member`, `viewer`, or a custom role of the workspace')
  .meta({ id: 'WorkspaceRole' });

export type WorkspaceRole = z.infer<typeof workspaceRole>;

export const isBuiltIn = (role: WorkspaceRole): role is BuiltInRole => builtInRole.safeParse(role).success;
