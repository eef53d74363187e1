import { z } from 'zod';

/** The built-in roles, the mightiest first. */
export const workspaceRole = z.enum(['owner', 'admin', 'member', 'viewer']).meta({ id: 'WorkspaceRole' });

export type WorkspaceRole = z.infer<typeof workspaceRole>;
