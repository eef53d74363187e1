import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';

interface TitleDialogProps {
  readonly heading: string;
  readonly action: string;
  readonly title?: string;
  readonly onClose: () => void;
  /** The dialog closes when it resolves, and shows the error when it rejects. */
  readonly onSubmit: (title: string) => Promise<unknown>;
}

/** Asks for the title of a document. It is shown for as long as it is rendered. */
export function TitleDialog({ heading, action, title = '', onClose, onSubmit }: TitleDialogProps): ReactNode {
  const [text, setText] = useState(title);
  const { busy, error, run } = useStep();
  const submit = (): Promise<void> =>
    run(async () => {
      await onSubmit(text.trim());
      onClose();
    });
  return (
    <Dialog open onClose={onClose} title={heading}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field label={words.documents.title}>
          {(control) => (
            <Input
              {...control}
              required
              maxLength={200}
              pattern=".*\S.*"
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
          )}
        </Field>
        <ErrorNotice error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
