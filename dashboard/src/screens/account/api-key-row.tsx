import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Moment, useSecond } from '../../ui/moment.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import type { ApiKey } from './api-key-queries.js';

export function ApiKeyRow({ apiKey, onRevoke }: { readonly apiKey: ApiKey; readonly onRevoke: () => void }): ReactNode {
  const now = useSecond();
  const { keys } = words.account;
  const { name, scopes, createdAt, expiresAt } = apiKey;
  const isExpired = new Date(expiresAt).getTime() / 1_000 <= now;
  return (
    <tr className="border-b border-line last:border-0 hover:bg-hover">
      <td className="min-w-28 px-3 py-1 break-words">{name}</td>
      <td className="min-w-40 px-3 py-1 font-mono text-xs break-words">{scopes.join(' ')}</td>
      <td className="px-3 py-1 text-right max-sm:hidden">
        <Moment at={createdAt} />
      </td>
      <td className="px-3 py-1 text-right">
        {isExpired ? <State name="disabled" word={keys.expired} /> : <Moment at={expiresAt} />}
      </td>
      <td className="px-3 py-0.5 text-right">
        <Button size="small" kind="danger" onClick={onRevoke} aria-label={`${keys.revoke} ${name}`}>
          {keys.revoke}
        </Button>
      </td>
    </tr>
  );
}
