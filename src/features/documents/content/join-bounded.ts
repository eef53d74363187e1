import { exportTooLarge } from '../document.errors.js';
import { EXPORT_LENGTH } from './limits.js';

/**
 * Joins parts of an export. Deeply nested content grows with each level, so the length is checked before the string is
 * built.
 * @throws `document.export-too-large`
 */
export function joinBounded(parts: readonly string[], separator: string): string {
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  if (length > EXPORT_LENGTH) throw exportTooLarge();
  return parts.join(separator);
}
