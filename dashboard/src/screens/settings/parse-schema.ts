type Schema = boolean | Record<string, unknown>;

/** Reads a JSON Schema; an empty text is none. */
export function parseSchema(text: string): { readonly isValid: boolean; readonly schema?: Schema } {
  if (text.trim() === '') return { isValid: true };
  try {
    const schema: unknown = JSON.parse(text);
    const isSchema =
      typeof schema === 'boolean' || (typeof schema === 'object' && schema !== null && !Array.isArray(schema));
    return isSchema ? { isValid: true, schema: schema as Schema } : { isValid: false };
  } catch {
    return { isValid: false };
  }
}
