import type { ReactNode } from 'react';
import { CopyText } from '../../ui/copy.js';
import { Field, Select } from '../../ui/field.js';
import { words } from '../../words/words.js';
import { examples, wholeScript, type Example, type Ids } from './examples.js';

/** Chooses one of the examples, each with what it does. */
export function ExamplePicker({
  example,
  onChoose,
}: {
  readonly example: Example;
  readonly onChoose: (id: Example['id']) => void;
}): ReactNode {
  const { playground } = words;
  return (
    <Field label={playground.exampleLabel} hint={playground.examples[example.id].about}>
      {(control) => (
        <Select {...control} value={example.id} onChange={({ target }) => onChoose(target.value as Example['id'])}>
          {examples.map(({ id }) => (
            <option key={id} value={id}>
              {playground.examples[id].name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

/** The same as the frame of an example in JavaScript and, where it exists, as a command. */
export function Snippets({ example, ids }: { readonly example: Example; readonly ids: Ids }): ReactNode {
  const { playground } = words;
  return (
    <div className="flex flex-col gap-2 p-3">
      <h3>{playground.script}</h3>
      <CopyText text={wholeScript(example, ids)} label={playground.script} />
      {example.curl !== undefined && (
        <>
          <h3>{playground.curl}</h3>
          <CopyText text={example.curl(ids)} label={playground.curl} />
        </>
      )}
      <p className="text-sm text-muted">{playground.tokenNote}</p>
    </div>
  );
}
