import type { ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { CopyText } from '../../ui/copy.js';
import { useSecond } from '../../ui/moment.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { forgetSecret, useShownSecret } from './endpoints-queries.js';

const two = (count: number): string => String(Math.floor(count)).padStart(2, '0');
const clockOf = (seconds: number): string =>
  `${two(seconds / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`;

function Overlap({ until }: { readonly until: number }): ReactNode {
  const left = Math.max(0, Math.floor(until / 1_000) - useSecond());
  const { secret } = words.endpoints;
  return (
    <p role="timer" className="text-sm">
      {left === 0 ? secret.overlapEnded : secret.overlap(clockOf(left))}
    </p>
  );
}

/** The signing secret that was just made, until the user hides it. It cannot be read again. */
export function ShownSecret({ ws, id }: { readonly ws: string; readonly id: string }): ReactNode {
  const shown = useShownSecret(ws, id);
  const { secret } = words.endpoints;
  if (shown === null) return null;
  return (
    <Panel
      title={secret.title}
      actions={
        <Button size="small" onClick={() => forgetSecret(ws, id)}>
          {secret.hide}
        </Button>
      }
    >
      <div className="flex flex-col gap-2 p-3">
        <CopyText text={shown.secret} label={secret.title} />
        <p className="text-sm text-muted">{secret.once}</p>
        {shown.oldSecretUntil !== undefined && <Overlap until={shown.oldSecretUntil} />}
      </div>
    </Panel>
  );
}
