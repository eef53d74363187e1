import type { QueryConfig } from 'pg';

export type Statement = (text: string, values: readonly unknown[]) => QueryConfig;

const names = new Map<string, string>();

/** Statements are constants: more texts than this mean that values are interpolated into one. */
const MAX_TEXTS = 500;

/**
 * Names a statement by its text, so that each connection parses it once, and plans it once where the plan does not
 * depend on the parameters (https://www.postgresql.org/docs/current/sql-prepare.html).
 */
export function prepared(text: string, values: readonly unknown[]): QueryConfig {
  const name = names.get(text) ?? nameFor(text);
  return { name, text, values: [...values] };
}

/** For shared sessions, in which a statement's name may be unknown or belong to another statement. */
export const unprepared: Statement = (text, values) => ({ text, values: [...values] });

function nameFor(text: string): string {
  if (names.size >= MAX_TEXTS) throw new Error('There are too many different statements to prepare.');
  const name = `tidings_${names.size + 1}`;
  names.set(text, name);
  return name;
}
