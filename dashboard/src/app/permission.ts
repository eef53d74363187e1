/** The parts of `noun:verb` or `noun:verb:scope`. */
export interface WrittenPermission {
  /** `noun:verb`. */
  readonly name: string;
  readonly noun: string;
  readonly verb: string;
  /** A path; `*` as its last segment stands for everything below. Undefined: the whole permission. */
  readonly scope: string | undefined;
}

export function parsePermission(text: string): WrittenPermission {
  const [noun = '', verb = '', ...rest] = text.split(':');
  return { name: `${noun}:${verb}`, noun, verb, scope: rest.length === 0 ? undefined : rest.join(':') };
}

/** Whether the permission `wide` includes the permission `narrow`. */
export function covers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  const [outer, inner] = [parsePermission(wide), parsePermission(narrow)];
  if (outer.name !== inner.name || inner.scope === undefined) return false;
  if (outer.scope === undefined || outer.scope === '*') return true;
  return outer.scope.endsWith('/*') && inner.scope.startsWith(outer.scope.slice(0, -1));
}

/** The API does not tell which permissions take a scope; it refuses a scope of any other one. */
export const SCOPED: ReadonlySet<string> = new Set([
  'topics:read',
  'topics:publish',
  'webhooks:read',
  'webhooks:bodies',
]);

/** Permissions by their nouns, both in the order of their names. */
export function byNoun(permissions: readonly string[]): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const permission of permissions.toSorted()) {
    const { noun, name } = parsePermission(permission);
    const group = groups.get(noun) ?? [];
    if (!group.includes(name)) group.push(name);
    groups.set(noun, group);
  }
  return [...groups];
}

const SEGMENT = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
const MAX_SEGMENTS = 8;

/** Whether a text is a path of 1 to 8 segments, of which the last one may be `*`. */
export function isScope(text: string): boolean {
  const segments = text.split('/');
  const last = segments.at(-1) ?? '';
  const path = last === '*' ? segments.slice(0, -1) : segments;
  return segments.length <= MAX_SEGMENTS && path.every((segment) => SEGMENT.test(segment));
}
