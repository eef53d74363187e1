import { useRef, type ReactNode } from 'react';
import { useShortcuts } from '../../../app/shortcuts.js';
import { Input } from '../../../ui/field.js';
import { words } from '../../../words/words.js';
import { usePeopleSearch } from '../use-people-search.js';

/** Shows the members whose name or e-mail address contains a text; `/` goes there. */
export function FindMember({ find }: { readonly find: string }): ReactNode {
  const [, change] = usePeopleSearch();
  const input = useRef<HTMLInputElement>(null);
  useShortcuts({ '/': () => input.current?.focus() });
  return (
    <Input
      ref={input}
      type="search"
      aria-label={words.people.matrix.find}
      placeholder={words.people.matrix.find}
      className="!w-40"
      value={find}
      onChange={({ target }) => change({ find: target.value === '' ? undefined : target.value }, true)}
    />
  );
}
