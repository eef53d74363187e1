const declared = new Set<string>();

/** The tables with secrets, by name. */
export const declaredSealed = (): readonly string[] => [...declared].toSorted();

/**
 * Declares a table whose column `secrets`, a `text[]`, holds what SecretBox sealed for the row's `id`. A new
 * SECRETS_KEY is applied to all of these.
 * @throws Error when it is declared twice
 */
export function defineSealed(table: string): void {
  if (declared.has(table)) throw new Error(`The sealed table ${table} is declared twice.`);
  declared.add(table);
}
