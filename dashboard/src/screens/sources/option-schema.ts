/** The parts of a JSON Schema from which a form is made. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly example?: Readonly<Record<string, unknown>>;
}

export type OptionKind = 'text' | 'number' | 'switch' | 'choice' | 'json';

/** The control of an option: JSON for whatever has none of its own. */
export function kindOf({ type, enum: choices }: Schema): OptionKind {
  if (choices !== undefined) return 'choice';
  if (type === 'string') return 'text';
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'boolean' ? 'switch' : 'json';
}

/** The texts of the controls, by option. An absent option takes its default. */
export type OptionTexts = Readonly<Record<string, string>>;

export const textsOf = (options: Readonly<Record<string, unknown>>): OptionTexts =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );

/**
 * The options that the controls say.
 * @returns the name of the first one that is not JSON in its place
 */
export function optionsOf(
  schema: Schema | null,
  texts: OptionTexts,
): { readonly options: Record<string, unknown> } | { readonly invalid: string } {
  const options: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema?.properties ?? {})) {
    const text = texts[name]?.trim() ?? '';
    if (text === '') continue;
    const kind = kindOf(property);
    try {
      options[name] = kind === 'text' || kind === 'choice' ? text : (JSON.parse(text) as unknown);
    } catch {
      return { invalid: name };
    }
  }
  return { options };
}
