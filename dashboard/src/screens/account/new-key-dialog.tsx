import { useState, type FormEvent, type ReactNode } from 'react';
import { useIsAdministrator } from '../../app/workspace.js';
import { useMe } from '../../session/me.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Checkbox, Field, Input, Select } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import { createApiKey, type NewApiKey } from './api-key-queries.js';
import { useStep } from '../../ui/use-step.js';

const DAY_MS = 86_400_000;
const EXPIRIES = ['7', '30', '90', '365', 'date'] as const;
type Expiry = (typeof EXPIRIES)[number];

/** The scope of a trusted backend; only administrators can give it. */
const IMPERSONATE = 'users:impersonate';

/** The permissions that the user has in any workspace: a key with others would have no use. */
function useScopes(): readonly string[] {
  const me = useMe().data;
  const isAdministrator = useIsAdministrator();
  const held = new Set(me?.workspaces.flatMap(({ permissions }) => permissions));
  if (isAdministrator) held.add(IMPERSONATE);
  return [...held].toSorted();
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** When the key expires: after a number of days, or at the end of a day here. */
const expiryOf = (expiry: Expiry, day: string): string =>
  (expiry === 'date' ? new Date(`${day}T23:59:59`) : new Date(Date.now() + Number(expiry) * DAY_MS)).toISOString();

interface NewKeyDialogProps {
  readonly onClose: () => void;
  readonly onMade: (key: NewApiKey) => void;
}

export function NewKeyDialog({ onClose, onMade }: NewKeyDialogProps): ReactNode {
  const scopes = useScopes();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [more, setMore] = useState('');
  const [expiry, setExpiry] = useState<Expiry>('90');
  const [day, setDay] = useState(() => dayOf(Date.now() + 30 * DAY_MS));
  const [isChecked, setIsChecked] = useState(false);
  const { busy, error, run } = useStep();
  const { keys } = words.account;
  const wanted = [
    ...new Set([...scopes.filter((scope) => chosen.has(scope)), ...more.split(/[\s,]+/).filter(Boolean)]),
  ];

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsChecked(true);
    if (wanted.length === 0) return;
    await run(async () => {
      onMade(await createApiKey({ name: name.trim(), scopes: wanted, expiresAt: expiryOf(expiry, day) }));
      onClose();
    });
  };
  const toggle = (scope: string): void => {
    const next = new Set(chosen);
    if (!next.delete(scope)) next.add(scope);
    setChosen(next);
  };
  return (
    <Dialog open onClose={onClose} title={keys.create}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <Field label={keys.name} hint={keys.nameHint}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={120}
              pattern=".*\S.*"
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-medium">{keys.scopes}</legend>
          <div className="grid gap-x-4 font-mono text-xs sm:grid-cols-2">
            {scopes.map((scope) => (
              <Checkbox key={scope} label={scope} checked={chosen.has(scope)} onChange={() => toggle(scope)} />
            ))}
          </div>
        </fieldset>
        <Field
          label={keys.more}
          hint={keys.moreHint}
          error={isChecked && wanted.length === 0 ? keys.noScopes : undefined}
        >
          {(control) => (
            <Input
              {...control}
              spellCheck={false}
              autoCapitalize="off"
              value={more}
              onChange={({ target }) => setMore(target.value)}
              className="font-mono !text-xs"
            />
          )}
        </Field>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={keys.expires}>
            {(control) => (
              <Select {...control} value={expiry} onChange={({ target }) => setExpiry(target.value as Expiry)}>
                {EXPIRIES.map((one) => (
                  <option key={one} value={one}>
                    {keys.expiries[one]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {expiry === 'date' && (
            <Field label={keys.day}>
              {(control) => (
                <Input
                  {...control}
                  type="date"
                  required
                  min={dayOf(Date.now())}
                  value={day}
                  onChange={({ target }) => setDay(target.value)}
                />
              )}
            </Field>
          )}
        </div>
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {keys.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
