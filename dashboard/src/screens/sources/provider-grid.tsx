import { Link, useNavigate } from '@tanstack/react-router';
import { useRef, type ReactNode } from 'react';
import { useShortcuts } from '../../app/shortcuts.js';
import { Input } from '../../ui/field.js';
import { Empty } from '../../ui/notice.js';
import { words } from '../../words/words.js';
import type { Provider } from '../../queries/sources-queries.js';

const byLabel = (a: Provider, b: Provider): number => a.label.localeCompare(b.label, 'en');

/** All senders by their names; each is a link to its form. */
export function ProviderGrid({
  ws,
  providers,
  text,
}: {
  readonly ws: string;
  readonly providers: readonly Provider[];
  readonly text: string;
}): ReactNode {
  const { wizard } = words.sources;
  const navigate = useNavigate();
  const search = useRef<HTMLInputElement>(null);
  useShortcuts({ '/': () => search.current?.focus() });
  const wanted = text.trim().toLowerCase();
  const found = providers
    .filter(({ name, label }) => `${label} ${name}`.toLowerCase().includes(wanted))
    .toSorted(byLabel);
  const open = (provider: string): void =>
    void navigate({ to: '/w/$ws/sources/new', params: { ws }, search: { provider } });
  return (
    <>
      <Input
        ref={search}
        type="search"
        aria-label={wizard.search}
        placeholder={wizard.search}
        value={text}
        onChange={({ target }) =>
          void navigate({
            to: '/w/$ws/sources/new',
            params: { ws },
            search: target.value === '' ? {} : { q: target.value },
            replace: true,
          })
        }
        onKeyDown={({ key }) => {
          if (key === 'Enter' && found[0] !== undefined) open(found[0].name);
        }}
        className="max-w-80"
      />
      <p className="text-sm text-muted" role="status">
        {wizard.count(found.length)}
      </p>
      {found.length === 0 ? (
        <Empty text={wizard.noneFits} />
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(11rem,1fr))] gap-2">
          {found.map(({ name, label, secrets, proof }) => (
            <li key={name}>
              <Link
                to="/w/$ws/sources/new"
                params={{ ws }}
                search={{ provider: name }}
                className="flex h-full flex-col rounded border border-line bg-surface px-3 py-2 hover:bg-hover"
              >
                <span className="font-medium">{label}</span>
                <span className="text-xs text-muted">
                  {secrets === 'required'
                    ? wizard.proofs[proof]
                    : (wizard.kinds[secrets as keyof typeof wizard.kinds] ?? secrets)}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
