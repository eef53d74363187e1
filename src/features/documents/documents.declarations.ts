import { z } from 'zod';
import { channelName, defineChannelKind } from '../../access/public/define-channel-kind.js';
import { definePermission } from '../../access/public/define-permission.js';
import { defineEvent } from '../../platform/events/define-event.js';

export const DOCUMENTS_READ = definePermission('documents:read', ['member', 'viewer']);
export const DOCUMENTS_WRITE = definePermission('documents:write', ['member']);

/** `documents:<workspaceId>`: what becomes of its documents, and who comes, goes and edits. */
const { noun } = defineChannelKind({ noun: 'documents', owner: 'workspace', permission: DOCUMENTS_READ });

/** `document:<id>`: who has it on the screen, as presence. What becomes of it is told to the workspace. */
defineChannelKind({
  noun: 'document',
  owner: 'workspace',
  permission: DOCUMENTS_READ,
  hasPresence: true,
  workspacesOf: async (reader, ids) => {
    const rows = await reader.query<{ id: string; workspaceId: string }>(
      'SELECT id, workspace_id AS "workspaceId" FROM documents WHERE id = ANY($1::uuid[])',
      [ids],
    );
    return new Map(rows.map(({ id, workspaceId }) => [id, workspaceId]));
  },
});

export const documentsChannel = (workspaceId: string): string => channelName(noun, workspaceId);

export const documentResponse = z
  .object({
    id: z.uuid(),
    title: z.string(),
    createdBy: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime().describe('when its title or its content last changed'),
  })
  .meta({ id: 'Document' });

export type DocumentResponse = z.infer<typeof documentResponse>;

export const documentCreated = defineEvent('document:created', documentResponse);
export const documentRenamed = defineEvent('document:renamed', documentResponse);
export const documentDeleted = defineEvent('document:deleted', z.object({ id: z.uuid() }));

/** At the first change, then at most every 10 s while changes come. */
export const documentEdited = defineEvent(
  'document:edited',
  z.object({ id: z.uuid(), userIds: z.array(z.uuid()).describe('by whom, as far as the server knows') }),
);

/** Once for each user, however often and on however many nodes he has the document open. */
export const documentJoined = defineEvent('document:joined', z.object({ id: z.uuid(), userId: z.uuid() }));
/** Some seconds after the user has it open nowhere any more: a reload is not told. */
export const documentLeft = defineEvent('document:left', z.object({ id: z.uuid(), userId: z.uuid() }));

export const documentMentioned = defineEvent(
  'document:mentioned',
  z.object({
    id: z.uuid(),
    title: z.string(),
    userIds: z.array(z.uuid()).describe('who is mentioned more often than before; not all of them need be members'),
    editorIds: z.array(z.uuid()).describe('who may have done it: whoever has edited since the last look'),
  }),
);

export const versionResponse = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    createdBy: z.uuid().nullable().describe('null when it was kept by itself'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'DocumentVersion' });

export type VersionResponse = z.infer<typeof versionResponse>;

export const documentRestored = defineEvent(
  'document:restored',
  z.object({
    id: z.uuid(),
    versionId: z.uuid().describe('the version whose content it has now'),
    keptAs: z.uuid().describe('the version with what it was before'),
  }),
);
