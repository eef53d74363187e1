import { isPassing } from '../database/database.js';

/** Runs one statement: a pool, a connection or a transaction. */
export type Ask = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>;

/** Expressions of SQL that say which server answers, or NULL where the role or the server does not allow the question. */
export interface IdentityColumns {
  readonly systemIdentifier: string;
  readonly timeline: string;
}

export const UNKNOWN_SERVER: IdentityColumns = { systemIdentifier: 'NULL::text', timeline: 'NULL::text' };

const SYSTEM_IDENTIFIER = '(SELECT system_identifier::text FROM pg_control_system())';
/** Of the write-ahead log and not of the last checkpoint, which may be minutes older than a promotion. */
const TIMELINE = `(('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint)::text`;

/**
 * Finds out which of the two questions this server answers to this role.
 * @throws Error when the database cannot be asked at all
 */
export async function findIdentityColumns(ask: Ask): Promise<IdentityColumns> {
  return {
    systemIdentifier: (await answers(ask, SYSTEM_IDENTIFIER)) ? SYSTEM_IDENTIFIER : UNKNOWN_SERVER.systemIdentifier,
    timeline: (await answers(ask, TIMELINE)) ? TIMELINE : UNKNOWN_SERVER.timeline,
  };
}

async function answers(ask: Ask, expression: string): Promise<boolean> {
  try {
    await ask(`SELECT ${expression}`);
    return true;
  } catch (error) {
    if (isPassing(error) || isRecovering(error)) throw error;
    return false;
  }
}

/** SQLSTATE 55000: "recovery is in progress". The standby answers as soon as it is promoted. */
const isRecovering = (error: unknown): boolean => (error as { code?: unknown }).code === '55000';
