import { z } from 'zod';
import { defineEvent } from '../../platform/events/define-event.js';
import { defineChannelKind } from './define-channel-kind.js';
import { definePermission } from './define-permission.js';
import { workspaceRole } from './workspace-role.js';

export const MEMBERS_READ = definePermission('members:read', ['member', 'viewer']);
export const MEMBERS_MANAGE = definePermission('members:manage', []);
export const AUDIT_READ = definePermission('audit:read', []);
/** Export a workspace, as far as its user may read it. */
export const WORKSPACE_EXPORT = definePermission('workspace:export', []);

/** `workspace:<workspaceId>`: new members, and presence. */
export const workspaceChannel = defineChannelKind({
  noun: 'workspace',
  owner: 'workspace',
  permission: MEMBERS_READ,
  hasPresence: true,
});

export const memberJoined = defineEvent(
  'workspace:member_joined',
  z.object({ workspaceId: z.uuid(), userId: z.uuid(), role: workspaceRole }),
);
