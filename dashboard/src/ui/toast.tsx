import { Toast as Base } from '@base-ui/react/toast';
import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { problemOf } from '../api/problem.js';
import { words } from '../words/words.js';

const manager = Base.createToastManager();

/** Reports that something is done. `undo` is offered where it is possible. */
export function toast(
  title: string,
  options: { readonly description?: string; readonly undo?: { readonly label: string; readonly run: () => void } } = {},
): void {
  const { description, undo } = options;
  manager.add({
    title,
    ...(description !== undefined && { description }),
    ...(undo !== undefined && { actionProps: { children: undo.label, onClick: undo.run } }),
  });
}

/** Reports a failure for which the screen has no place of its own. */
export function toastProblem(error: unknown): void {
  const { title, code, requestId } = problemOf(error);
  manager.add({
    title,
    description: [code, requestId].filter(Boolean).join(' · '),
    type: 'error',
    priority: 'high',
    timeout: 10_000,
  });
}

function List(): ReactNode {
  const { toasts } = Base.useToastManager();
  return toasts.map((one) => (
    <Base.Root
      key={one.id}
      toast={one}
      className="flex w-80 max-w-[calc(100vw-1.5rem)] items-start gap-2 rounded border border-line bg-raised p-3 shadow-lg data-[type=error]:border-bad"
    >
      <div className="min-w-0 grow">
        <Base.Title className="text-base font-medium" />
        <Base.Description className="text-sm break-words text-muted" />
      </div>
      <Base.Action className="rounded px-2 text-accent hover:bg-hover" />
      <Base.Close aria-label={words.dialog.close} className="rounded p-1 hover:bg-hover">
        <X className="size-4" aria-hidden="true" />
      </Base.Close>
    </Base.Root>
  ));
}

/** The place of all toasts, once in the frame. */
export const Toasts = (): ReactNode => (
  <Base.Provider toastManager={manager}>
    <Base.Portal>
      <Base.Viewport className="fixed right-3 bottom-3 z-50 flex flex-col gap-2 max-lg:bottom-16">
        <List />
      </Base.Viewport>
    </Base.Portal>
  </Base.Provider>
);
