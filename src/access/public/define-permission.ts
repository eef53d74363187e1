import { z } from 'zod';
import { isScope, parsePermission } from './scoped-permissions.js';

/** A built-in role that a declaration can give a permission to; `owner` and `admin` have every permission. */
export type LesserRole = 'member' | 'viewer';

export interface PermissionDefinition {
  /** `noun:verb`. */
  readonly name: string;
  readonly roles: readonly LesserRole[];
  /** It may be written with a scope: see `scoped-permissions.ts`. */
  readonly scoped?: boolean;
}

const declared = new Map<string, PermissionDefinition>();

export function declaredPermissions(): PermissionDefinition[] {
  return [...declared.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether a text is a declared permission, with a scope only where the permission takes one. */
export function isPermission(text: string, permissions: ReadonlyMap<string, PermissionDefinition> = declared): boolean {
  const { name, scope } = parsePermission(text);
  const permission = permissions.get(name);
  return permission !== undefined && (scope === undefined || (permission.scoped === true && isScope(scope)));
}

/** Each call of a member compares all of them, and previews carry them to every process. */
const MAX_PERMISSIONS = 200;

/** A request field with at most 200 declared permissions or `others`, deduplicated and sorted. */
export const permissionNamesAnd = (others: readonly string[]) =>
  z
    .array(z.string().refine((text) => isPermission(text) || others.includes(text), 'There is no such permission'))
    .max(MAX_PERMISSIONS)
    .transform((names) => [...new Set(names)].toSorted());

/** A request field with declared permissions, deduplicated and sorted. */
export const permissionNames = permissionNamesAnd([]);

/**
 * Declares a permission, with the lesser roles that have it by default.
 * @param options `scoped`: it may be written with a scope, for example `topics:read:orders/*`
 * @returns its name, for guards and channel kinds
 * @throws Error when it is declared twice
 */
export function definePermission(
  name: string,
  roles: readonly LesserRole[],
  options: { readonly scoped?: boolean } = {},
): string {
  if (declared.has(name)) throw new Error(`The permission ${name} is declared twice.`);
  declared.set(name, { name, roles, ...options });
  return name;
}
