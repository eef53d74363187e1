const declared = new Set<string>();

/** Names of the tables with secrets. */
export const declaredSealed = (): readonly string[] => [...declared].toSorted();

/**
 * Declares a table whose column `secrets`, a `text[]`, contains values that SecretBox sealed for the row's `id`. A new
 * SECRETS_KEY is applied to all of these tables.
 * @throws Error when it is declared twice
 */
export function defineSealed(table: string): void {
  if (declared.has(table)) throw new Error(`The sealed table ${table} is declared twice.`);
  declared.add(table);
}
