import type { ReactNode } from 'react';
import { words } from '../../words/words.js';

/** The stored headers of a request. */
export function Headers({
  headers,
  hint,
}: {
  readonly headers: Readonly<Record<string, string>>;
  /** The place of the headers that are not among them. */
  readonly hint: string;
}): ReactNode {
  const names = Object.keys(headers).toSorted();
  const { detail: text } = words.deliveries;
  return (
    <div className="flex flex-col gap-2 p-3">
      {names.length === 0 ? (
        <p className="text-muted">{text.noHeaders}</p>
      ) : (
        <dl className="grid grid-cols-[minmax(7rem,auto)_1fr] gap-x-4 gap-y-1 font-mono text-xs leading-5">
          {names.map((name) => (
            <div key={name} className="contents">
              <dt className="break-all text-muted">{name}</dt>
              <dd className="min-w-0 break-all">{headers[name]}</dd>
            </div>
          ))}
        </dl>
      )}
      <p className="text-xs text-muted">{hint}</p>
    </div>
  );
}
