import { isTransient } from '../database/database.js';

/** Runs one statement on a pool, a connection or in a transaction. */
export type Ask = <Row>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>;

/** SQL expressions that identify the server, or NULL where the role or the server does not allow the query. */
export interface IdentityColumns {
  readonly systemIdentifier: string;
  readonly timeline: string;
}

export const UNKNOWN_SERVER: IdentityColumns = { systemIdentifier: 'NULL::text', timeline: 'NULL::text' };

const SYSTEM_IDENTIFIER = '(SELECT system_identifier::text FROM pg_control_system())';
/** From the write-ahead log instead of the last checkpoint, which can be minutes older than a promotion. */
const TIMELINE = `(('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint)::text`;

/**
 * Determines which of the two queries this server allows for this role.
 * @throws Error when the database is unavailable
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
    if (isTransient(error) || isRecovering(error)) throw error;
    return false;
  }
}

/** SQLSTATE 55000: "recovery is in progress". The standby answers after its promotion. */
const isRecovering = (error: unknown): boolean => (error as { code?: unknown }).code === '55000';
