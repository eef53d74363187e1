import { isException, parsePermission } from '../../access/public/scoped-permissions.js';

/** A set of paths. */
export interface Scopes {
  readonly paths: readonly string[];
  /** The beginnings of whole subtrees, each with `/` at its end; an empty text for everything. */
  readonly subtrees: readonly string[];
}

/** The paths that effective permissions with this name allow: those in `allowed` without those in `denied`. */
export function scopesOf(effective: Iterable<string>, name: string): { allowed: Scopes; denied: Scopes } {
  const permissions = [...effective];
  const positives = permissions.filter((permission) => !isException(permission));
  const exceptions = permissions.filter(isException).map((permission) => permission.slice(1));
  return { allowed: pathsOf(positives, name), denied: pathsOf(exceptions, name) };
}

function pathsOf(permissions: readonly string[], name: string): Scopes {
  const own = permissions.map(parsePermission).filter((permission) => permission.name === name);
  const scopes = own.map(({ scope = '*' }) => scope);
  return {
    paths: scopes.filter((scope) => !scope.endsWith('*')),
    subtrees: scopes.filter((scope) => scope.endsWith('*')).map((scope) => scope.slice(0, -1)),
  };
}
