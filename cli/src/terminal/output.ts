import colors from 'picocolors';

/** Text of senders and users must not control the terminal. */
export const clean = (text: string): string => text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ');

export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** One JSON value on one line. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** A message for the user: stdout keeps the data alone. */
export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Columns padded to their widest cell; the last one is not. Cells are cleaned. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const cells = rows.map((row) => row.map(clean));
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [colors.dim(line(head)), ...cells.map(line)].join('\n');
}

/** Names in a column, values beside them. */
export function facts(
  pairs: ReadonlyArray<readonly [name: string, value: string | number | null | undefined]>,
): string {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${colors.dim(name.padEnd(width))}  ${clean(String(value))}`).join('\n');
}

export const shortTime = (iso: string): string => new Date(iso).toLocaleString('sv-SE');
export const clock = (ms: number): string => new Date(ms).toLocaleTimeString('sv-SE');

export function statusColor(status: string): (text: string) => string {
  if (status === 'failed' || /^[45]/.test(status)) return colors.red;
  return status === 'received' || status.startsWith('3') ? colors.yellow : colors.green;
}
