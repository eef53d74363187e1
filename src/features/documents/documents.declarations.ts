import { z } from 'zod';
import { channelName, defineChannelKind } from '../../access/public/define-channel-kind.js';
import { definePermission } from '../../access/public/define-permission.js';
import { defineEvent } from '../../platform/events/define-event.js';

export const DOCUMENTS_READ = definePermission('documents:read', ['member', 'viewer']);
export const DOCUMENTS_WRITE = definePermission('documents:write', ['member']);

/** `documents:<workspaceId>`: changes of the workspace's documents, and the users who open, leave and edit them. */
const { noun } = defineChannelKind({ noun: 'documents', owner: 'workspace', permission: DOCUMENTS_READ });

/** `document:<id>`: the users who look at the document, as presence. Its events are on the workspace's channel. */
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
  idsIn: async (reader, { workspaceId, after, limit }) => {
    const rows = await reader.query<{ id: string }>(
      `SELECT id FROM documents WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [workspaceId, after, limit],
    );
    return rows.map(({ id }) => id);
  },
});

export const documentsChannel = (workspaceId: string): string => channelName(noun, workspaceId);

export const documentResponse = z
  .object({
    id: z.uuid(),
    title: z.string(),
    createdBy: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime().describe('when the title or the content last changed'),
  })
  .meta({ id: 'Document' });

export type DocumentResponse = z.infer<typeof documentResponse>;

export const documentCreated = defineEvent('document:created', documentResponse);
export const documentRenamed = defineEvent('document:renamed', documentResponse);
export const documentDeleted = defineEvent('document:deleted', z.object({ id: z.uuid() }));

/** Published at the first change, then at most every 10 s while the document changes. */
export const documentEdited = defineEvent(
  'document:edited',
  z.object({ id: z.uuid(), userIds: z.array(z.uuid()).describe('the editors, as far as the server knows') }),
);

/** Published once for each user, over all tabs and nodes. */
export const documentJoined = defineEvent('document:joined', z.object({ id: z.uuid(), userId: z.uuid() }));
/** Published some seconds after the user has closed the document everywhere, so that a reload is not an event. */
export const documentLeft = defineEvent('document:left', z.object({ id: z.uuid(), userId: z.uuid() }));

export const documentMentioned = defineEvent(
  'document:mentioned',
  z.object({
    id: z.uuid(),
    title: z.string(),
    userIds: z.array(z.uuid()).describe('the users who are mentioned more often than before; some may not be members'),
    editorIds: z
      .array(z.uuid())
      .describe('the users who have edited since the last scan; any of them may have written the mention'),
  }),
);

export const versionResponse = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    createdBy: z.uuid().nullable().describe('null for an automatic version'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'DocumentVersion' });

export type VersionResponse = z.infer<typeof versionResponse>;

export const documentRestored = defineEvent(
  'document:restored',
  z.object({
    id: z.uuid(),
    versionId: z.uuid().describe('the version whose content the document has now'),
    keptAs: z.uuid().describe('the version with the previous content'),
  }),
);
