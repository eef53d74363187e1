import { z } from 'zod';

/** The built-in roles, the mightiest first. */
export const builtInRole = z.enum(['owner', 'admin', 'member', 'viewer']);

export type BuiltInRole = z.infer<typeof builtInRole>;

/** A built-in role, or one that the workspace has made. */
export const workspaceRole = z
  .string()
  .regex(/^[a-z][a-z-]{0,38}[a-z]$/, 'a lower-case noun of 2 to 40 letters and hyphens')
  .describe('`owner`, `admin`, `member`, `viewer`, or a role that the workspace has made')
  .meta({ id: 'WorkspaceRole' });

export type WorkspaceRole = z.infer<typeof workspaceRole>;

export const isBuiltIn = (role: WorkspaceRole): role is BuiltInRole => builtInRole.safeParse(role).success;
