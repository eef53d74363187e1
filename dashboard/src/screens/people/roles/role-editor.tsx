import { useState, type FormEvent, type ReactNode } from 'react';
import { useMay, useWorkspace } from '../../../app/workspace.js';
import { Button } from '../../../ui/button.js';
import { ConfirmDialog } from '../../../ui/dialog.js';
import { Field, Input } from '../../../ui/field.js';
import { ErrorNotice } from '../../../ui/notice.js';
import { Panel } from '../../../ui/page.js';
import { words } from '../../../words/words.js';
import type { Role } from '../people-queries.js';
import { covers } from '../../../app/permission.js';
import { useChanges } from '../use-changes.js';
import { usePeopleSearch } from '../use-people-search.js';
import { CompareRole } from './compare-role.js';
import { RolePermissionsForm } from './role-permissions-form.js';
import { ScopedPermissions } from './scoped-permissions.js';
import { ClosingNotice } from '../members/closing-notice.js';
import { previewRole } from '../preview.js';
import { usePreviewedChange } from '../use-previewed-change.js';

/** The permissions of a role; a custom one can be changed and deleted. `role` is undefined for a new one. */
export function RoleEditor({
  role,
  base,
  roles,
  holders,
}: {
  readonly role: Role | undefined;
  /** The role whose permissions a new one starts with. */
  readonly base: string | undefined;
  readonly roles: readonly Role[];
  readonly holders: number;
}): ReactNode {
  const mayManage = useMay('members:manage');
  const manager = useWorkspace();
  const { changeRole } = useChanges();
  const [search, changeSearch] = usePeopleSearch();
  const before = role?.permissions ?? roles.find(({ name }) => name === base)?.permissions ?? [];
  const [permissions, setPermissions] = useState<ReadonlySet<string>>(() => new Set(before));
  const [name, setName] = useState('');
  const change = usePreviewedChange();
  const [asks, setAsks] = useState(false);
  const { roles: text, receipt } = words.people;

  const isEditable = mayManage && role?.builtIn !== true;
  const compared = roles.find((one) => one.name === search.compare);
  const had = new Set(role?.permissions);
  const gains = [...permissions].filter((permission) => !had.has(permission));
  const loses = [...had].filter((permission) => !permissions.has(permission));
  const isUnchanged = role !== undefined && gains.length + loses.length === 0;
  const toggle = (permission: string): void => {
    const next = new Set(permissions);
    if (!next.delete(permission)) next.add(permission);
    change.cancel();
    setPermissions(next);
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = role?.name ?? name;
    const done = role === undefined ? receipt.roleCreated(wanted) : receipt.roleChanged(wanted);
    const preview = role === undefined ? undefined : previewRole(manager.id, wanted, [...permissions]);
    await change.start(preview, async () => {
      await changeRole({ name: wanted, permissions: [...permissions], isNew: role === undefined, done });
      if (role === undefined) changeSearch({ role: wanted, base: undefined });
    });
  };
  const mayGive = (permission: string): boolean =>
    had.has(permission) || manager.permissions.some((held) => covers(held, permission));

  return (
    <Panel
      title={role?.name ?? text.create}
      actions={<CompareRole roles={roles.filter(({ builtIn, name: own }) => builtIn && own !== role?.name)} />}
    >
      <form className="flex flex-col gap-3 p-3" onSubmit={(event) => void save(event)}>
        {role === undefined && (
          <Field label={text.name} hint={text.nameHint}>
            {(control) => (
              <Input
                {...control}
                required
                pattern="[a-z][a-z\-]{0,38}[a-z]"
                autoComplete="off"
                className="max-w-xs"
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
        )}
        <RolePermissionsForm
          all={roles.find(({ name: one }) => one === 'owner')?.permissions ?? []}
          permissions={permissions}
          compared={compared}
          mayChange={(permission) => isEditable && mayGive(permission)}
          onToggle={toggle}
        />
        <ScopedPermissions permissions={permissions} isEditable={isEditable} onToggle={toggle} />
        <ClosingNotice change={change} />
        <ErrorNotice error={change.error} />
        {isEditable && (
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <Button type="submit" kind="primary" busy={change.busy} disabled={isUnchanged}>
              {role === undefined ? text.create : text.save}
            </Button>
            {role !== undefined && (
              <span className="text-sm text-muted">
                {isUnchanged
                  ? text.unchanged
                  : `${text.gains(gains.length)}, ${text.loses(loses.length)}. ${holders === 0 ? text.affectsNone : text.affects(holders)}`}
              </span>
            )}
          </div>
        )}
        {role?.builtIn === true && mayManage && (
          <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
            <span>{text.fixed}</span>
            <Button size="small" onClick={() => changeSearch({ role: '+', base: role.name })}>
              {text.copy}
            </Button>
          </div>
        )}
      </form>
      {isEditable && role !== undefined && (
        <div className="flex flex-wrap items-center gap-3 border-t border-line p-3">
          {holders > 0 ? (
            <span className="text-sm text-muted">{text.inUse(holders)}</span>
          ) : (
            <Button kind="danger" onClick={() => setAsks(true)}>
              {text.delete}
            </Button>
          )}
          <ConfirmDialog
            open={asks}
            onClose={() => setAsks(false)}
            title={text.deleteTitle(role.name)}
            description={text.deleteText}
            action={text.delete}
            onConfirm={async () => {
              await changeRole({ name: role.name, permissions: undefined, done: receipt.roleDeleted(role.name) });
              changeSearch({ role: undefined });
            }}
          />
        </div>
      )}
    </Panel>
  );
}
