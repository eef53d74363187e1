import type { Editor } from '@tiptap/core';
import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field, Input } from '../../ui/field.js';
import { words } from '../../words/words.js';
import { isLinkAddress } from './editor-extensions.js';

/** Sets, changes or removes the link of the selection. Without a selection it inserts the address as a link. */
export function LinkDialog({ editor, onClose }: { readonly editor: Editor; readonly onClose: () => void }): ReactNode {
  const [address, setAddress] = useState(String(editor.getAttributes('link')['href'] ?? ''));
  const [error, setError] = useState<string>();
  const { editor: text, save } = words.documents;
  const submit = (): void => {
    const href = address.trim();
    if (href !== '' && !isLinkAddress(href)) return setError(text.linkRefused);
    const chain = editor.chain().focus().extendMarkRange('link');
    if (href === '') chain.unsetLink().run();
    else if (editor.state.selection.empty && !editor.isActive('link'))
      chain.insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] }).run();
    else chain.setLink({ href }).run();
    onClose();
  };
  return (
    <Dialog open onClose={onClose} title={text.link}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label={text.linkAddress} hint={text.linkHint} error={error}>
          {(control) => (
            <Input
              {...control}
              inputMode="url"
              value={address}
              onChange={({ target }) => {
                setAddress(target.value);
                setError(undefined);
              }}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.dialog.cancel}</Button>
          <Button type="submit" kind="primary">
            {save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
