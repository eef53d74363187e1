import { z } from 'zod';

/** A built-in role that a declaration can give a permission to; `owner` and `admin` have every permission. */
export type LesserRole = 'member' | 'viewer';

export interface PermissionDefinition {
  /** `noun:verb`. */
  readonly name: string;
  readonly roles: readonly LesserRole[];
}

const declared = new Map<string, PermissionDefinition>();

export function declaredPermissions(): PermissionDefinition[] {
  return [...declared.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A request field with declared permissions or `others`, deduplicated and sorted. */
export const permissionNamesAnd = (others: readonly string[]) =>
  z
    .array(z.string().refine((name) => declared.has(name) || others.includes(name), 'There is no such permission'))
    .transform((names) => [...new Set(names)].toSorted());

/** A request field with declared permissions, deduplicated and sorted. */
export const permissionNames = permissionNamesAnd([]);

/**
 * Declares a permission, with the lesser roles that have it by default.
 * @returns its name, for guards and channel kinds
 * @throws Error when it is declared twice
 */
export function definePermission(name: string, roles: readonly LesserRole[]): string {
  if (declared.has(name)) throw new Error(`The permission ${name} is declared twice.`);
  declared.set(name, { name, roles });
  return name;
}
