/** One field of a change; a list tells its items apart. */
export type FieldChange =
  | { readonly name: string; readonly kind: 'value'; readonly before: unknown; readonly after: unknown }
  | {
      readonly name: string;
      readonly kind: 'list';
      readonly kept: readonly string[];
      readonly removed: readonly string[];
      readonly added: readonly string[];
    };

type Snapshot = Readonly<Record<string, unknown>> | null;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** The fields of both states, in the order of the later one; a field that one side lacks is undefined there. */
export function fieldsOf(before: Snapshot, after: Snapshot): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(after ?? {}), ...Object.keys(before ?? {})])];
  return names.map((name) => {
    const [was, is] = [before?.[name], after?.[name]];
    if (!(isTexts(was ?? is) && isTexts(is ?? was))) return { name, kind: 'value', before: was, after: is };
    const [old, now] = [(was ?? []) as string[], (is ?? []) as string[]];
    return {
      name,
      kind: 'list',
      kept: now.filter((item) => old.includes(item)),
      removed: old.filter((item) => !now.includes(item)),
      added: now.filter((item) => !old.includes(item)),
    };
  });
}

export const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
