import type { ReactNode } from 'react';
import { CopyText } from '../../ui/copy.js';
import { MarkedText } from '../../ui/marked-text.js';
import { words } from '../../words/words.js';
import type { Provider, Source } from '../../queries/sources-queries.js';

/** The exact steps at the sender, with the URL of the source to copy. */
export function SetupSteps({
  provider,
  source,
  secret,
}: {
  readonly provider: Provider;
  readonly source: Source;
  /** A secret that was just chosen; afterwards it is never shown again. */
  readonly secret?: string | undefined;
}): ReactNode {
  const { setup } = words.sources;
  return (
    <div className="flex flex-col gap-3 p-3">
      <div className="flex flex-col gap-1">
        <span className="text-sm font-medium">{setup.url}</span>
        <CopyText text={source.url} label={setup.url} />
      </div>
      {secret !== undefined && (
        <div className="flex flex-col gap-1">
          <span className="text-sm font-medium">{setup.secret}</span>
          <CopyText text={secret} label={setup.secret} />
          <p className="text-sm text-muted">{setup.secretHint}</p>
        </div>
      )}
      <ol className="flex list-decimal flex-col gap-2 pl-6">
        {provider.setup?.steps.map((step) => (
          <li key={step} className="pl-1 break-words">
            <MarkedText text={step} url={source.url} urlName={setup.url} />
          </li>
        ))}
      </ol>
      {provider.setup !== null && (
        <p className="text-sm text-muted">
          {setup.secretFrom} <MarkedText text={provider.setup.secret} />
        </p>
      )}
      {provider.documentation !== null && (
        <a
          href={provider.documentation}
          target="_blank"
          rel="noreferrer"
          className="self-start text-sm text-accent underline"
        >
          {setup.documentation(provider.label)}
        </a>
      )}
    </div>
  );
}
