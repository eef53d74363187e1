import { usageError } from '../errors.js';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time: `30m`, `2h` or `7d` ago, or an ISO 8601 time. @returns in ISO 8601 @throws CliError `usage.invalid` */
export function momentOf(text: string): string {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(ms)) throw usageError(`${text} is not a time.`, 'Write 30m, 2h, 7d or 2026-03-01T12:00:00Z.');
  return new Date(ms).toISOString();
}
