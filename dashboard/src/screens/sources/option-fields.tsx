import type { ReactNode } from 'react';
import { Checkbox, Field, Input, Select, TextArea } from '../../ui/field.js';
import { MarkedText } from '../../ui/marked-text.js';
import { words } from '../../words/words.js';
import { kindOf, type OptionTexts, type Schema } from './option-schema.js';

function OptionField({
  name,
  schema,
  example,
  text,
  onChange,
  invalid,
}: {
  readonly name: string;
  readonly schema: Schema;
  readonly example: unknown;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly invalid: boolean;
}): ReactNode {
  const { options } = words.sources;
  const kind = kindOf(schema);
  const hint = schema.description === undefined ? undefined : <MarkedText text={schema.description} />;
  if (kind === 'switch') {
    return (
      <div>
        <Checkbox
          label={name}
          checked={text === '' ? schema.default === true : text === 'true'}
          onChange={({ target }) => onChange(String(target.checked))}
        />
        {hint !== undefined && <p className="pl-6 text-sm text-muted">{hint}</p>}
      </div>
    );
  }
  const standard = schema.default === undefined || schema.default === '' ? undefined : String(schema.default);
  const placeholder = standard ?? (typeof example === 'string' ? options.example(example) : undefined);
  return (
    <Field label={name} hint={hint} error={invalid ? options.notJson : undefined}>
      {(control) => {
        const common = { ...control, value: text };
        if (kind === 'choice') {
          return (
            <Select {...common} onChange={({ target }) => onChange(target.value)}>
              <option value="">{standard === undefined ? options.unset : options.standard(standard)}</option>
              {schema.enum?.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </Select>
          );
        }
        if (kind === 'json') {
          return (
            <TextArea
              {...common}
              rows={3}
              placeholder={`{ ${Object.keys(schema.properties ?? {})
                .map((inner) => `"${inner}": …`)
                .join(', ')} }`}
              onChange={({ target }) => onChange(target.value)}
              className="font-mono text-sm"
            />
          );
        }
        return (
          <Input
            {...common}
            type={kind === 'number' ? 'number' : 'text'}
            min={schema.minimum}
            max={schema.maximum}
            placeholder={placeholder}
            onChange={({ target }) => onChange(target.value)}
          />
        );
      }}
    </Field>
  );
}

/** Controls for the options of a provider, made from their JSON Schema: the required ones first. */
export function OptionFields({
  schema,
  texts,
  onChange,
  invalid,
}: {
  readonly schema: Schema;
  readonly texts: OptionTexts;
  readonly onChange: (texts: OptionTexts) => void;
  readonly invalid: string | undefined;
}): ReactNode {
  const names = Object.keys(schema.properties ?? {});
  const required = names.filter((name) => schema.required?.includes(name) === true);
  const others = names.filter((name) => !required.includes(name));
  const fieldOf = (name: string): ReactNode => (
    <OptionField
      key={name}
      name={name}
      schema={schema.properties?.[name] ?? {}}
      example={schema.example?.[name]}
      text={texts[name] ?? ''}
      onChange={(text) => onChange({ ...texts, [name]: text })}
      invalid={invalid === name}
    />
  );
  return (
    <>
      {required.map(fieldOf)}
      {others.length > 0 && (
        <details open={invalid !== undefined && others.includes(invalid) ? true : undefined}>
          <summary className="min-h-6">{words.sources.options.more(others.length)}</summary>
          <div className="flex flex-col gap-4 border-l-2 border-line py-2 pl-4">{others.map(fieldOf)}</div>
        </details>
      )}
    </>
  );
}
