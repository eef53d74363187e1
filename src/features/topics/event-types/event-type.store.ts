import type { Database, Transaction } from '../../../platform/database/database.js';
import { newId } from '../../../platform/ids.js';

type Reader = Pick<Database, 'query'>;

/** An event type of a workspace's catalogue. */
export interface EventType {
  readonly type: string;
  readonly description: string;
  /** JSON text; null if every payload fits. */
  readonly schema: string | null;
  readonly updatedAt: Date;
}

/** A type in a workspace. */
export interface TypeName {
  readonly workspaceId: string;
  readonly type: string;
}

/** The version of a schema, which changes with each `saveEventType`. */
export interface SchemaVersion extends TypeName {
  readonly version: string;
}

export interface VersionedSchema extends SchemaVersion {
  /** JSON text. */
  readonly schema: string;
}

const COLUMNS = 'type, description, schema, updated_at AS "updatedAt"';

/** In the order of the bytes of their names. */
export function listEventTypes(
  reader: Reader,
  workspaceId: string,
  after: string,
  limit: number,
): Promise<EventType[]> {
  return reader.query<EventType>(
    `SELECT ${COLUMNS} FROM event_types WHERE workspace_id = $1 AND type > $2
     ORDER BY type LIMIT $3`,
    [workspaceId, after, limit],
  );
}

export async function findEventType(reader: Reader, { workspaceId, type }: TypeName): Promise<EventType | undefined> {
  const [found] = await reader.query<EventType>(
    `SELECT ${COLUMNS} FROM event_types WHERE workspace_id = $1 AND type = $2`,
    [workspaceId, type],
  );
  return found;
}

/** The names among these that the workspace has in its catalogue. */
export async function knownTypes(reader: Reader, workspaceId: string, names: readonly string[]): Promise<string[]> {
  const rows = await reader.query<TypeName>(
    'SELECT type FROM event_types WHERE workspace_id = $1 AND type = ANY($2::text[])',
    [workspaceId, names],
  );
  return rows.map(({ type }) => type);
}

/** The number and the bytes of the other types. Changes of the catalogue wait until the transaction ends. */
export async function lockCatalogue(
  tx: Transaction,
  { workspaceId, type }: TypeName,
): Promise<{ readonly count: number; readonly bytes: number }> {
  await tx.query('SELECT FROM workspaces WHERE id = $1 FOR NO KEY UPDATE', [workspaceId]);
  const [others] = await tx.query<{ count: string; bytes: string }>(
    `SELECT count(*), COALESCE(sum(octet_length(schema)), 0) AS bytes FROM event_types
     WHERE workspace_id = $1 AND type <> $2`,
    [workspaceId, type],
  );
  return { count: Number(others?.count), bytes: Number(others?.bytes) };
}

export async function saveEventType(
  tx: Transaction,
  { workspaceId, type }: TypeName,
  { description, schema }: Pick<EventType, 'description' | 'schema'>,
): Promise<EventType> {
  const [saved] = await tx.query<EventType>(
    `INSERT INTO event_types (workspace_id, type, description, schema, version) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (workspace_id, type) DO UPDATE SET description = EXCLUDED.description, schema = EXCLUDED.schema,
       version = EXCLUDED.version, updated_at = now()
     RETURNING ${COLUMNS}`,
    [workspaceId, type, description, schema, newId()],
  );
  if (saved === undefined) throw new Error('An event type was not saved.');
  return saved;
}

export async function deleteEventType(tx: Transaction, { workspaceId, type }: TypeName): Promise<void> {
  await tx.query('DELETE FROM event_types WHERE workspace_id = $1 AND type = $2', [workspaceId, type]);
}

/** The versions of those of these types that have a schema. */
export function schemaVersions(tx: Transaction, types: readonly TypeName[]): Promise<SchemaVersion[]> {
  return tx.query<SchemaVersion>(
    `SELECT workspace_id AS "workspaceId", type, version
     FROM unnest($1::uuid[], $2::text[]) AS asked (workspace_id, type) JOIN event_types USING (workspace_id, type)
     WHERE schema IS NOT NULL`,
    columnsOf(types),
  );
}

/** The schemas of those of these types that have one, with their versions. */
export function findSchemas(tx: Transaction, types: readonly TypeName[]): Promise<VersionedSchema[]> {
  return tx.query<VersionedSchema>(
    `SELECT workspace_id AS "workspaceId", type, version, schema
     FROM unnest($1::uuid[], $2::text[]) AS asked (workspace_id, type) JOIN event_types USING (workspace_id, type)
     WHERE schema IS NOT NULL`,
    columnsOf(types),
  );
}

const columnsOf = (types: readonly TypeName[]) => [
  types.map(({ workspaceId }) => workspaceId),
  types.map(({ type }) => type),
];
