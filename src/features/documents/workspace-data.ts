import { defineWorkspaceData } from '../../access/public/workspace-data.js';
import { DOCUMENTS_READ } from './documents.declarations.js';

/** A state has up to some MB. */
const FEW = 10;

defineWorkspaceData({
  exports: [
    {
      kind: 'document',
      permission: DOCUMENTS_READ,
      page: `SELECT id::text AS cursor, id, title, created_by AS "createdBy", created_at AS "createdAt",
          updated_at AS "updatedAt"
        FROM documents WHERE workspace_id = $1 AND ($2::text IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
    },
    {
      // The content of a document is its state with all of its updates, as Yjs applies them.
      kind: 'document-state',
      permission: DOCUMENTS_READ,
      pageSize: FEW,
      page: `SELECT document_id::text AS cursor, document_id AS "documentId", encode(state, 'base64') AS "stateBase64"
        FROM document_states JOIN documents ON documents.id = document_id
        WHERE workspace_id = $1 AND ($2::text IS NULL OR document_id > $2::uuid) ORDER BY document_id LIMIT $3`,
    },
    {
      kind: 'document-update',
      permission: DOCUMENTS_READ,
      pageSize: FEW,
      page: `SELECT document_id || ' ' || lpad(seq::text, 19, '0') AS cursor, document_id AS "documentId",
          encode(bytes, 'base64') AS "updateBase64"
        FROM document_updates JOIN documents ON documents.id = document_id
        WHERE workspace_id = $1 AND ($2::text IS NULL
          OR (document_id, seq) > (split_part($2, ' ', 1)::uuid, split_part($2, ' ', 2)::bigint))
        ORDER BY document_id, seq LIMIT $3`,
    },
    {
      kind: 'document-version',
      permission: DOCUMENTS_READ,
      pageSize: FEW,
      page: `SELECT version.id::text AS cursor, version.id, document_id AS "documentId", name,
          version.created_by AS "createdBy", version.created_at AS "createdAt", encode(state, 'base64') AS "stateBase64"
        FROM document_versions AS version JOIN documents ON documents.id = document_id
        WHERE workspace_id = $1 AND ($2::text IS NULL OR version.id > $2::uuid) ORDER BY version.id LIMIT $3`,
    },
  ],
  erase: [
    `DELETE FROM document_updates WHERE (document_id, seq) IN (
       SELECT document_id, seq FROM document_updates JOIN documents ON documents.id = document_id
       WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
    `DELETE FROM document_versions WHERE id IN (
       SELECT document_versions.id FROM document_versions JOIN documents ON documents.id = document_id
       WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
    `DELETE FROM documents WHERE id IN (SELECT id FROM documents WHERE workspace_id = $1 LIMIT $2) RETURNING 1`,
  ],
});
