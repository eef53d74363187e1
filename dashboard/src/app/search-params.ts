/**
 * The named search parameters that have a value, as text. An address may hold a number where a text is meant, e.g.
 * `?q=42`.
 */
export function textParams<Name extends string>(
  search: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const params: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) params[name] = String(value);
  }
  return params;
}
