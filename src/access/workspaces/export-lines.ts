import { readAll } from '../../platform/audit/read-rows.js';
import type { Transaction } from '../../platform/database/database.js';
import { readChannelEvents } from '../../platform/events/read-channel-events.js';
import { wholeJson, type LoggedEvent } from '../../platform/events/logged-event.js';
import { showEntry } from '../audit/audit.schemas.js';
import { parseChannel } from '../channels/parse-channel.js';
import { AUDIT_READ } from '../public/access.declarations.js';
import { holds } from '../public/scoped-permissions.js';
import { workspaceData, type ExportedKind } from '../public/workspace-data.js';
import { workspaceChannels } from './workspace-channels.js';
import { readSettings } from './workspace-settings.js';

/** The version of the format. A field that is added does not change it. */
const VERSION = 1;
const PAGE_SIZE = 200;

export interface ExportQuery {
  readonly tx: Transaction;
  readonly workspaceId: string;
  readonly userId: string;
  /** The permissions of the caller. */
  readonly permissions: ReadonlySet<string>;
}

/** A line of an export. */
interface Line {
  readonly kind: string;
  readonly json: string;
}

const lineOf = (kind: string, fields: object): Line => ({ kind, json: JSON.stringify({ kind, ...fields }) });

/**
 * The lines of an export, each a JSON text. The first describes the export, and the last has the number of lines of
 * each kind, which shows that the file is complete.
 */
export async function* exportLines(query: ExportQuery): AsyncGenerator<string, void> {
  const counts: Record<string, number> = {};
  for await (const { kind, json } of allLines(query)) {
    counts[kind] = (counts[kind] ?? 0) + 1;
    yield json;
  }
  yield lineOf('end', { counts }).json;
}

async function* allLines(query: ExportQuery): AsyncGenerator<Line, void> {
  const { tx, workspaceId, userId, permissions } = query;
  const kinds = workspaceData().flatMap(({ exports = [] }) => exports);
  const mayRead = ({ permission }: Pick<ExportedKind, 'permission'>) => holds(permissions, permission);
  const seesAudit = mayRead({ permission: AUDIT_READ });
  const omitted = kinds.filter((kind) => !mayRead(kind)).map(({ kind }) => kind);
  const [now] = await tx.query<{ at: Date }>('SELECT now() AS at');
  yield lineOf('export', {
    version: VERSION,
    workspaceId,
    at: now?.at,
    by: userId,
    omitted: seesAudit ? omitted : [...omitted, 'audit'],
  });
  yield lineOf('workspace', { id: workspaceId, ...(await readSettings(tx, workspaceId)) });
  for (const kind of kinds.filter(mayRead)) yield* linesOf(query, kind);
  yield* channelLines(query);
  if (seesAudit) yield* auditLines(query);
}

async function* linesOf(query: ExportQuery, exported: ExportedKind): AsyncGenerator<Line, void> {
  const { kind, page, pageSize = PAGE_SIZE, restricted } = exported;
  const hidden = restricted === undefined || holds(query.permissions, restricted.permission) ? [] : restricted.fields;
  let cursor: string | null = null;
  for (;;) {
    const rows: { cursor: string }[] = await query.tx.query(page, [query.workspaceId, cursor, pageSize]);
    for (const row of rows) {
      const shown = Object.entries(row).filter(([field]) => field !== 'cursor' && !hidden.includes(field));
      yield lineOf(kind, Object.fromEntries(shown));
    }
    cursor = rows.at(-1)?.cursor ?? null;
    if (rows.length < pageSize) return;
  }
}

/** The channels that the caller may read, each with its events. */
async function* channelLines({ tx, workspaceId, permissions }: ExportQuery): AsyncGenerator<Line, void> {
  for await (const channels of workspaceChannels(tx, workspaceId)) {
    for (const channel of channels) {
      const { permission, restrictedPermission } = parseChannel(channel.name) ?? {};
      if (permission === undefined || !holds(permissions, permission)) continue;
      const seesRestricted = restrictedPermission !== undefined && holds(permissions, restrictedPermission);
      const { epoch, head, tail, pages } = await readChannelEvents(tx, channel);
      yield lineOf('channel', { channel: channel.name, epoch, head, tail });
      for await (const events of pages) yield* events.map((event) => eventLine(event, seesRestricted));
    }
  }
}

function eventLine(event: LoggedEvent, seesRestricted: boolean): Line {
  const json = seesRestricted ? wholeJson(event) : event.json;
  return { kind: 'event', json: `{"kind":"event",${json.slice(1)}` };
}

async function* auditLines({ tx, workspaceId }: ExportQuery): AsyncGenerator<Line, void> {
  for await (const rows of readAll(tx, workspaceId)) yield* rows.map((row) => lineOf('audit', showEntry(row)));
}
