import { useState } from 'react';
import { useStep } from '../../ui/use-step.js';
import { closesAny, type Preview } from './preview.js';

interface Asked {
  readonly preview: Preview;
  readonly change: () => Promise<void>;
}

export interface PreviewedChange {
  /** A change that waits for a confirmation, because it closes something. */
  readonly asked: Preview | undefined;
  readonly busy: boolean;
  readonly error: unknown;
  /** Makes the change at once when it closes nothing. */
  readonly start: (preview: Promise<Preview | undefined> | undefined, change: () => Promise<void>) => Promise<void>;
  readonly confirm: () => Promise<void>;
  readonly cancel: () => void;
}

/** A change of rights that is confirmed first when it closes connections or documents. */
export function usePreviewedChange(): PreviewedChange {
  const [asked, setAsked] = useState<Asked>();
  const { busy, error, run } = useStep();
  return {
    asked: asked?.preview,
    busy,
    error,
    start: (preview, change) => {
      setAsked(undefined);
      return run(async () => {
        const found = await preview;
        if (found !== undefined && closesAny(found)) setAsked({ preview: found, change });
        else await change();
      });
    },
    confirm: () =>
      run(async () => {
        await asked?.change();
        setAsked(undefined);
      }),
    cancel: () => setAsked(undefined),
  };
}
