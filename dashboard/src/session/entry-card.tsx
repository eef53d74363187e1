import { useEffect, type ReactNode } from 'react';
import { words } from '../words/words.js';

/** A screen for people who are not signed in: one card in the middle. */
export function EntryCard({
  heading,
  children,
}: {
  readonly heading: string;
  readonly children: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${heading} · ${words.product}`;
  }, [heading]);
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <div className="flex w-full max-w-sm flex-col gap-4 rounded border border-line bg-surface p-6">
        <div className="flex items-center gap-2">
          <img src="icon.svg" alt="" className="size-6" />
          <h1>{heading}</h1>
        </div>
        {children}
      </div>
    </main>
  );
}
