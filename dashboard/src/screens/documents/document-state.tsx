import type { ReactNode } from 'react';
import { State, type StateName } from '../../ui/state.js';
import { words } from '../../words/words.js';
import type { SessionState } from './document-session.js';

type Look = readonly [StateName, keyof typeof words.documents.states];

function lookOf(state: SessionState | undefined, canWrite: boolean): Look {
  if (state?.refusal !== undefined) return ['refused', 'refused'];
  if (state?.isLoaded !== true) return ['waiting', 'connecting'];
  if (!state.isConnected) return state.hasUnsaved ? ['waiting', 'offlineUnsaved'] : ['stale', 'offline'];
  if (!canWrite) return ['disabled', 'readOnly'];
  return state.hasUnsaved ? ['pending', 'saving'] : ['done', 'saved'];
}

/** Whether this window is connected, may write, and is saved. */
export function DocumentState({
  state,
  canWrite,
}: {
  readonly state: SessionState | undefined;
  readonly canWrite: boolean;
}): ReactNode {
  const [name, word] = lookOf(state, canWrite);
  return (
    <span data-document-state={word} className="inline-flex min-w-16">
      <State name={name} word={words.documents.states[word]} />
    </span>
  );
}
