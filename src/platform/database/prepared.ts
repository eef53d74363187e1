import type { QueryConfig } from 'pg';

export type Statement = (text: string, values: readonly unknown[]) => QueryConfig;

const names = new Map<string, string>();

/** Statements are built from constants: more texts than this means that somebody puts values into one. */
const MAX_TEXTS = 500;

/**
 * Names a statement by its text, so that a connection has it parsed once, and planned once where the plan doesn't depend
 * on the parameters (https://www.postgresql.org/docs/current/sql-prepare.html).
 */
export function prepared(text: string, values: readonly unknown[]): QueryConfig {
  const name = names.get(text) ?? nameFor(text);
  return { name, text, values: [...values] };
}

/** For sessions that are shared: a name given in one is not known in the next, or stands for another statement there. */
export const unprepared: Statement = (text, values) => ({ text, values: [...values] });

function nameFor(text: string): string {
  if (names.size >= MAX_TEXTS) throw new Error('There are too many different statements to prepare.');
  const name = `tidings_${names.size + 1}`;
  names.set(text, name);
  return name;
}
