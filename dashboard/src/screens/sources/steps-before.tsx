import type { ReactNode } from 'react';
import { MarkedText } from '../../ui/marked-text.js';
import { words } from '../../words/words.js';
import type { Provider } from '../../queries/sources-queries.js';

/** The steps at the sender before the source exists: they say where the values of its options come from. */
export function StepsBefore({ provider }: { readonly provider: Provider }): ReactNode {
  const { wizard } = words.sources;
  if (provider.setup === null) return null;
  return (
    <section aria-label={wizard.stepsBefore(provider.label)} className="flex flex-col gap-2 text-sm">
      <h3>{wizard.stepsBefore(provider.label)}</h3>
      <ol className="flex list-decimal flex-col gap-1 pl-6">
        {provider.setup.steps.map((step) => (
          <li key={step} className="pl-1 break-words">
            <MarkedText text={step} />
          </li>
        ))}
      </ol>
      <p className="text-muted">
        <MarkedText text={wizard.stepsBeforeHint} />
      </p>
    </section>
  );
}
