import { useState, type ReactNode } from 'react';
import { useMay } from '../../app/workspace.js';
import { Button } from '../../ui/button.js';
import { Moment } from '../../ui/moment.js';
import { Panel } from '../../ui/page.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { RotateSecret } from './rotate-secret.js';
import type { Provider, Source } from '../../queries/sources-queries.js';

/** The secrets of a source by their age, with the last use of each, and their rotation. */
export function SourceSecrets({
  ws,
  source,
  provider,
}: {
  readonly ws: string;
  readonly source: Source;
  readonly provider: Provider | undefined;
}): ReactNode {
  const { secret: secretWords, rotation } = words.sources;
  const [rotating, setRotating] = useState<'begin' | 'end'>();
  const mayManage = useMay('webhooks:manage');
  const takesNone = provider?.secrets === 'none' || provider?.secrets === 'published';
  const isRotating = source.secrets > 1;
  return (
    <Panel
      title={rotation.title}
      actions={
        mayManage &&
        provider !== undefined &&
        !takesNone && (
          <>
            {isRotating && (
              <Button size="small" onClick={() => setRotating('end')}>
                {rotation.end}
              </Button>
            )}
            <Button size="small" onClick={() => setRotating('begin')}>
              {source.secrets === 0 ? rotation.set : rotation.begin}
            </Button>
          </>
        )
      }
    >
      {source.secrets === 0 ? (
        <p className="p-3 text-sm text-muted">
          {secretWords.kinds[(provider?.secrets ?? 'none') as keyof typeof secretWords.kinds] ?? rotation.none}
        </p>
      ) : (
        <ul className="divide-y divide-line text-sm">
          {source.secretUses.map(({ lastUsedAt }, index) => (
            <li key={index} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5">
              <span className="font-medium">
                {isRotating ? (index === 0 ? rotation.newer : rotation.older) : rotation.only}
              </span>
              <span className="text-muted">
                {rotation.lastUsed} <Moment at={lastUsedAt} none={rotation.unused} />
              </span>
              {isRotating && index === 1 && lastUsedAt === null && <State name="stale" word={rotation.removable} />}
            </li>
          ))}
        </ul>
      )}
      {isRotating && <p className="border-t border-line p-3 text-sm text-muted">{rotation.hint}</p>}
      {rotating !== undefined && provider !== undefined && (
        <RotateSecret
          ws={ws}
          source={source}
          provider={provider}
          step={rotating}
          onClose={() => setRotating(undefined)}
        />
      )}
    </Panel>
  );
}
