import type { ReactNode } from 'react';
import { classes } from '../../../ui/classes.js';
import { words } from '../../../words/words.js';
import type { Role } from '../people-queries.js';
import { byNoun, parsePermission } from '../../../app/permission.js';

/** All permissions as checkboxes by noun; beside each how it differs from the compared role. */
export function RolePermissionsForm({
  all,
  permissions,
  compared,
  mayChange,
  onToggle,
}: {
  readonly all: readonly string[];
  readonly permissions: ReadonlySet<string>;
  readonly compared: Role | undefined;
  readonly mayChange: (permission: string) => boolean;
  readonly onToggle: (permission: string) => void;
}): ReactNode {
  const text = words.people.roles;
  const theirs = new Set(compared?.permissions);
  const more = [...permissions].filter((permission) => !theirs.has(permission)).length;
  const less = [...theirs].filter((permission) => !permissions.has(permission)).length;
  return (
    <>
      {compared !== undefined && (
        <p role="status" className="text-sm">
          {text.differs(compared.name, more, less)}
        </p>
      )}
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-3">
        {byNoun(all).map(([noun, names]) => (
          <fieldset key={noun} className="min-w-0">
            <legend className="text-sm font-semibold">{noun}</legend>
            {names.map((permission) => {
              const has = permissions.has(permission);
              const difference =
                compared === undefined || has === theirs.has(permission) ? undefined : has ? 'more' : 'less';
              return (
                <label
                  key={permission}
                  className={classes(
                    'flex min-h-7 items-center gap-2 rounded px-1 text-sm',
                    difference === 'more' && 'bg-good-soft',
                    difference === 'less' && 'bg-bad-soft',
                  )}
                >
                  <input
                    type="checkbox"
                    aria-label={permission}
                    className="size-4 accent-accent"
                    checked={has}
                    disabled={!mayChange(permission)}
                    onChange={() => onToggle(permission)}
                  />
                  {parsePermission(permission).verb}
                  {difference !== undefined && compared !== undefined && (
                    <span className={classes('ml-auto text-xs', difference === 'more' ? 'text-good' : 'text-bad')}>
                      {difference === 'more'
                        ? `+ ${text.onlyHere(compared.name)}`
                        : `− ${text.onlyThere(compared.name)}`}
                    </span>
                  )}
                </label>
              );
            })}
          </fieldset>
        ))}
      </div>
    </>
  );
}
