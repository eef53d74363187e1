/** A column with secrets. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
}

const declared = new Map<string, SealedColumn>();

/** The columns with secrets, by name. */
export const declaredSealed = (): readonly SealedColumn[] =>
  [...declared].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sealed]) => sealed);

/**
 * Declares a column of type `text[]` with values that SecretBox sealed for the row's `id`. A new SECRETS_KEY is applied
 * to all of these columns.
 * @throws Error when it is declared twice
 */
export function defineSealed(table: string, column = 'secrets'): void {
  const name = `${table}.${column}`;
  if (declared.has(name)) throw new Error(`The sealed column ${name} is declared twice.`);
  declared.set(name, { table, column });
}
