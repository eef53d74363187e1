import { exportTooLarge } from '../document.errors.js';
import { EXPORT_LENGTH } from './limits.js';

/**
 * Joins parts of an export. What is nested deeply gets longer with each level: it is given up before it is made.
 * @throws `document.export-too-large`
 */
export function joined(parts: readonly string[], separator: string): string {
  const length = parts.reduce((sum, part) => sum + part.length + separator.length, 0);
  if (length > EXPORT_LENGTH) throw exportTooLarge();
  return parts.join(separator);
}
