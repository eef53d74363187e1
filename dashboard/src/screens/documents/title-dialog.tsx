import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Input } from '../../ui/field.js';
import { ErrorNotice } from '../../ui/notice.js';
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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit(text.trim());
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
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
