import { useState, type ReactNode } from 'react';
import { Field, Input } from '../../../ui/field.js';
import { Loaded } from '../../../ui/notice.js';
import { words } from '../../../words/words.js';
import type { Member } from '../../../queries/members-queries.js';
import { useAccounts, type Account } from '../people-queries.js';

const SHOWN = 50;

/** The users of the installation that are not members yet, by name or e-mail address. */
export function UserSearch({
  members,
  chosen,
  onChoose,
}: {
  readonly members: readonly Member[];
  readonly chosen: string | undefined;
  readonly onChoose: (user: Account) => void;
}): ReactNode {
  const [text, setText] = useState('');
  const { add } = words.people;
  const isMember = new Set(members.map(({ userId }) => userId));
  const wanted = text.trim().toLowerCase();
  return (
    <>
      <Field label={add.search} hint={add.searchHint}>
        {(control) => (
          <Input
            {...control}
            type="search"
            autoComplete="off"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <Loaded query={useAccounts()} rows={3}>
        {(accounts) => {
          const found = accounts
            .filter(({ id, name, email }) => !isMember.has(id) && `${name} ${email}`.toLowerCase().includes(wanted))
            .slice(0, SHOWN);
          if (found.length === 0) return <p className="text-sm text-muted">{add.nothing}</p>;
          return (
            <fieldset className="max-h-48 overflow-y-auto rounded border border-line">
              <legend className="sr-only">{add.search}</legend>
              {found.map((account) => (
                <label key={account.id} className="flex min-h-8 items-center gap-2 px-2 text-sm hover:bg-hover">
                  <input
                    type="radio"
                    name="user"
                    className="size-4 shrink-0 accent-accent"
                    checked={chosen === account.id}
                    onChange={() => onChoose(account)}
                  />
                  <span className="min-w-0 truncate">
                    <span className="font-medium">{account.name}</span>{' '}
                    <span className="text-muted">{account.email}</span>
                  </span>
                  {account.disabled && <span className="ml-auto text-xs text-muted">{add.disabled}</span>}
                </label>
              ))}
            </fieldset>
          );
        }}
      </Loaded>
    </>
  );
}
