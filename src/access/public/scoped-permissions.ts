/**
 * A scoped permission is written with or without a scope: `topics:read` covers everything, `topics:read:orders/*` what
 * lies below `orders`, `topics:read:orders/eu` that one path. A set of effective permissions may also have exceptions,
 * which a denial of a part leaves: `-topics:read:orders/*` next to `topics:read`.
 */
export interface WrittenPermission {
  /** `noun:verb`, as declared. */
  readonly name: string;
  /** Undefined: everything. */
  readonly scope: string | undefined;
}

const SEGMENT = '[a-z0-9][a-z0-9_.-]{0,63}';
const SCOPE = new RegExp(`^(?:\\*|${SEGMENT}(?:/${SEGMENT}){0,7}|${SEGMENT}(?:/${SEGMENT}){0,6}/\\*)$`);
const ONE_SEGMENT = new RegExp(`^${SEGMENT}$`);
const EXCEPTION = '-';

/** Whether a text is a path of 1 to 8 segments, or a path whose last segment is `*`. */
export const isScope = (text: string): boolean => SCOPE.test(text);

/** Whether a text is one segment of such a path. */
export const isScopeSegment = (text: string): boolean => ONE_SEGMENT.test(text);

export function parsePermission(text: string): WrittenPermission {
  const end = text.indexOf(':', text.indexOf(':') + 1);
  return end === -1 ? { name: text, scope: undefined } : { name: text.slice(0, end), scope: text.slice(end + 1) };
}

export const scopedPermission = (name: string, scope: string): string => `${name}:${scope}`;

export const exceptionTo = (permission: string): string => EXCEPTION + permission;

export const isException = (permission: string): boolean => permission.startsWith(EXCEPTION);

/** Whether the permission `wide` includes the permission `narrow`. */
export const covers = (wide: string, narrow: string): boolean => formsThatCover(narrow).includes(wide);

/** Whether a set of effective permissions includes the whole of a permission. Reads no database. */
export function holds(effective: ReadonlySet<string>, wanted: string): boolean {
  const forms = formsThatCover(wanted);
  if (!forms.some((form) => effective.has(form))) return false;
  if (forms.some((form) => effective.has(exceptionTo(form)))) return false;
  const start = startOfParts(wanted);
  // A copy of the set would cost more than the search.
  if (start !== undefined) for (const permission of effective) if (permission.startsWith(start)) return false;
  return true;
}

/** The start of every exception for a part of this permission; undefined for a single path, which has no parts. */
function startOfParts(permission: string): string | undefined {
  const { scope } = parsePermission(permission);
  if (scope === undefined) return `${exceptionTo(permission)}:`;
  return scope.endsWith('*') ? exceptionTo(permission.slice(0, -1)) : undefined;
}

/** Whether a permission of the set includes this one. */
export const isCoveredBy = (wide: ReadonlySet<string>, narrow: string): boolean =>
  formsThatCover(narrow).some((form) => wide.has(form));

/** Whether a set of effective permissions includes a part of the permission with this name. */
export function holdsPartOf(effective: ReadonlySet<string>, name: string): boolean {
  return [...effective].some((permission) => parsePermission(permission).name === name);
}

/** The permissions that both sets of effective permissions include, sorted. */
export function intersectPermissions(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  const both = [...narrowedBy(one, other), ...narrowedBy(other, one)].filter((permission) => !isException(permission));
  const exceptions = [...one, ...other].filter(isException);
  return withoutDenied(
    both,
    exceptions.map((exception) => exception.slice(EXCEPTION.length)),
  );
}

/**
 * Positive permissions without those that a denial or a broader one covers, with an exception for each denial that
 * takes a part of one of them.
 * @returns sorted
 */
export function withoutDenied(positives: readonly string[], denied: readonly string[]): string[] {
  const deniedSet = new Set(denied);
  const all = new Set(positives.filter((permission) => !isCoveredBy(deniedSet, permission)));
  const broadest = [...all].filter(
    (permission) =>
      !formsThatCover(permission)
        .slice(0, -1)
        .some((form) => all.has(form)),
  );
  const kept = new Set(broadest);
  const parts = denied.filter((denial) => isCoveredBy(kept, denial));
  return [...new Set([...broadest, ...parts.map(exceptionTo)])].toSorted();
}

/** The members of `one` that a member of `other` covers. */
function narrowedBy(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...one].filter((permission) => isCoveredBy(other, permission));
}

/** Every way to write a permission that covers this one, the permission itself last. */
function formsThatCover(permission: string): string[] {
  const { name, scope } = parsePermission(permission);
  if (scope === undefined) return [permission];
  const segments = scope.split('/');
  const subtrees = segments.map((_, depth) => scopedPermission(name, [...segments.slice(0, depth), '*'].join('/')));
  return [...new Set([name, ...subtrees, permission])].filter((form) => form !== permission).concat(permission);
}
