import X from 'lucide-react/icons/x';
import { useState, type ReactNode } from 'react';
import { Button, IconButton } from '../../../ui/button.js';
import { Field, Input } from '../../../ui/field.js';
import { words } from '../../../words/words.js';
import { isScope, parsePermission, SCOPED } from '../../../app/permission.js';

/** The permissions of a role that cover one path or subtree only. */
export function ScopedPermissions({
  permissions,
  isEditable,
  onToggle,
}: {
  readonly permissions: ReadonlySet<string>;
  readonly isEditable: boolean;
  readonly onToggle: (permission: string) => void;
}): ReactNode {
  const [text, setText] = useState('');
  const { roles, question } = words.people;
  const scoped = [...permissions].filter((permission) => parsePermission(permission).scope !== undefined);
  const { name, scope } = parsePermission(text.trim());
  const isValid = SCOPED.has(name) && scope !== undefined && isScope(scope) && !permissions.has(text.trim());
  if (scoped.length === 0 && !isEditable) return null;
  const add = (): void => {
    onToggle(text.trim());
    setText('');
  };
  return (
    <fieldset className="flex max-w-xl flex-col gap-1">
      <legend className="text-sm font-semibold">{roles.scoped}</legend>
      <ul>
        {scoped.map((permission) => (
          <li key={permission} className="flex min-h-8 items-center gap-2 font-mono text-xs">
            <span className="break-all">{permission}</span>
            {isEditable && (
              <IconButton label={roles.remove(permission)} onClick={() => onToggle(permission)}>
                <X className="size-4" aria-hidden="true" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {isEditable && (
        <Field
          label={<span className="sr-only">{roles.scoped}</span>}
          hint={roles.scopedHint}
          error={scope !== undefined && !isScope(scope) ? question.badScope : undefined}
        >
          {(control) => (
            <span className="flex gap-2">
              <Input
                {...control}
                value={text}
                onChange={({ target }) => setText(target.value)}
                className="font-mono"
                spellCheck={false}
                autoComplete="off"
              />
              <Button disabled={!isValid} onClick={add}>
                {roles.addScoped}
              </Button>
            </span>
          )}
        </Field>
      )}
    </fieldset>
  );
}
