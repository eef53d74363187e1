/** The beginnings that a spreadsheet evaluates as a formula (OWASP, CSV Injection). */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/**
 * A line of CSV (RFC 4180). Quotes every field, and puts an apostrophe in front of formulas, because the user agents of
 * unauthenticated callers end up here.
 */
export function csvLine(fields: readonly (string | number | null)[]): string {
  return `${fields.map(csvField).join(',')}\r\n`;
}

function csvField(field: string | number | null): string {
  const text = String(field ?? '');
  const safe = typeof field === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
