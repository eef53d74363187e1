import { z } from 'zod';
import { newPassword } from '../../identity/public/new-password.js';
import { pageQuery } from '../../platform/http/api/page.js';
import { workspaceRole } from '../public/workspace-role.js';
import type { InvitationRow } from './invitation-rows.js';

const name = z.string().trim().min(1).max(200);
const token = z.string().max(200).describe('the part of the link after `#`');

export const createInvitationRequest = z
  .strictObject({
    email: z.string().trim().toLowerCase().max(254).pipe(z.email()),
    name: name.optional().describe('proposed to the invited person'),
    workspaceId: z.uuid().optional().describe('the workspace to join; only administrators may omit it'),
    role: workspaceRole.optional().describe('the role in the workspace; defaults to `member`'),
  })
  .refine(({ workspaceId, role }) => workspaceId !== undefined || role === undefined, {
    message: 'requires `workspaceId`',
    path: ['role'],
  })
  .meta({ id: 'CreateInvitationRequest', example: { email: 'ada@example.com', name: 'Ada' } });

export const invitationsQuery = pageQuery.extend({
  workspaceId: z.uuid().optional().describe('the workspace; without it, invitations to no workspace'),
});

export const invitationResponse = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    workspaceId: z.uuid().nullable(),
    role: workspaceRole.nullable(),
    invitedBy: z.uuid(),
    mailed: z.boolean().describe('whether the mail server accepted a mail to the address'),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' });

export const newInvitationResponse = invitationResponse
  .extend({ url: z.url().optional().describe('the link for the person, only when no mail was sent; shown once') })
  .meta({ id: 'NewInvitation' });

export const invitationToken = z
  .strictObject({ token })
  .meta({ id: 'InvitationToken', example: { token: 'from the link' } });

export const acceptInvitationRequest = z
  .strictObject({ token, name: name.optional().describe('defaults to the proposed name'), password: newPassword })
  .meta({
    id: 'AcceptInvitationRequest',
    example: { token: 'from the link', name: 'Ada', password: 'a long pass phrase' },
  });

/** An invitation as shown to its holder. */
export const openInvitationResponse = z
  .object({
    email: z.string(),
    name: z.string().nullable(),
    workspaceName: z.string().nullable(),
    role: workspaceRole.nullable(),
    inviter: z.string().describe('the name of the inviter'),
    hasAccount: z.boolean().describe('the address belongs to a user, who accepts the invitation after signing in'),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'OpenInvitation' });

export const joinedResponse = z
  .object({ workspaceId: z.uuid().nullable().describe('the workspace that the user is now a member of') })
  .meta({ id: 'AcceptedInvitation' });

export type CreateInvitationRequest = z.infer<typeof createInvitationRequest>;
export type InvitationsQuery = z.infer<typeof invitationsQuery>;
export type InvitationResponse = z.infer<typeof invitationResponse>;
export type NewInvitationResponse = z.infer<typeof newInvitationResponse>;
export type InvitationToken = z.infer<typeof invitationToken>;
export type AcceptInvitationRequest = z.infer<typeof acceptInvitationRequest>;
export type OpenInvitationResponse = z.infer<typeof openInvitationResponse>;
export type JoinedResponse = z.infer<typeof joinedResponse>;

export function showInvitation(row: InvitationRow): InvitationResponse {
  const { id, email, name, workspaceId, role, invitedBy, mailed, createdAt, expiresAt } = row;
  const times = { createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
  return { id, email, name, workspaceId, role, invitedBy, mailed, ...times };
}
