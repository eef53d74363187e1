import { Dialog as Base } from '@base-ui/react/dialog';
import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { words } from '../words/words.js';
import { Button } from './button.js';
import { classes } from './classes.js';
import { ErrorNotice } from './notice.js';
import { useStep } from './use-step.js';

/** A window above the screen. `onClose` is called by Escape, by a click outside and by the close button. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  wide = false,
  children,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly wide?: boolean;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <Base.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          className={classes(
            'fixed top-1/2 left-1/2 z-50 flex max-h-[90dvh] w-[calc(100vw-1.5rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded border border-line bg-raised shadow-xl',
            wide ? 'max-w-3xl' : 'max-w-lg',
          )}
        >
          <div className="flex items-center gap-2 border-b border-line px-4 py-2">
            <Base.Title className="mr-auto text-base font-semibold">{title}</Base.Title>
            <Base.Close
              aria-label={words.dialog.close}
              className="inline-flex size-8 items-center justify-center rounded hover:bg-hover"
            >
              <X className="size-4" aria-hidden="true" />
            </Base.Close>
          </div>
          <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-4">
            {description !== undefined && <Base.Description className="text-muted">{description}</Base.Description>}
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Asks once before something that cannot be undone. `description` says in numbers what will happen. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  description,
  action,
  onConfirm,
  children,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: ReactNode;
  readonly action: string;
  /** The dialog closes when it resolves, and shows the error when it rejects. */
  readonly onConfirm: () => Promise<unknown>;
  readonly children?: ReactNode;
}): ReactNode {
  const { busy, error, run } = useStep();
  const confirm = (): Promise<void> =>
    run(async () => {
      await onConfirm();
      onClose();
    });
  return (
    <Dialog open={open} onClose={onClose} title={title} description={description}>
      {children}
      <ErrorNotice error={error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{words.dialog.cancel}</Button>
        <Button kind="danger" busy={busy} onClick={() => void confirm()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
