import { useState, type ReactNode } from 'react';
import { session } from '../../session/session.js';
import { Button } from '../../ui/button.js';
import { Field, TextArea } from '../../ui/field.js';
import { toastProblem } from '../../ui/toast.js';
import { words } from '../../words/words.js';
import { TOKEN } from './examples.js';
import { parsed } from './frames.js';
import type { Playground } from './use-playground.js';

/** Why a text is not a frame; undefined for one that is. */
function faultOf(text: string): string | undefined {
  const { send } = words.playground;
  try {
    JSON.parse(text);
  } catch (error) {
    return send.notJson(error instanceof Error ? error.message : String(error));
  }
  return parsed(text) === undefined ? send.noType : undefined;
}

/** A text that is checked and sent as a frame. A new `initial` text replaces it. */
export function FrameForm({
  playground,
  initial,
}: {
  readonly playground: Playground;
  readonly initial: string;
}): ReactNode {
  const [text, setText] = useState(initial);
  const [shown, setShown] = useState(initial);
  if (shown !== initial) {
    setShown(initial);
    setText(initial);
  }
  const { send } = words.playground;
  const fault = faultOf(text);
  const submit = async (): Promise<void> => {
    try {
      const token = text.includes(TOKEN) ? await session.token() : undefined;
      // On one line, as on the wire.
      const frame = JSON.stringify(JSON.parse(text));
      playground.connection.send(token === undefined ? frame : frame.replaceAll(TOKEN, token));
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label={send.label} hint={text.includes(TOKEN) ? send.hint(TOKEN) : undefined} error={fault}>
        {(control) => (
          <TextArea
            {...control}
            rows={8}
            value={text}
            onChange={({ target }) => setText(target.value)}
            className="font-mono text-xs leading-5"
          />
        )}
      </Field>
      <div>
        <Button type="submit" kind="primary" disabled={playground.state.name !== 'open' || fault !== undefined}>
          {send.action}
        </Button>
      </div>
    </form>
  );
}
