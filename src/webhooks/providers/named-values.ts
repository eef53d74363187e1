import type { Payload } from './parse-body.js';

/** An object of named values. A name that repeats has the list of its values; `__proto__` is left out. */
export function objectOf(fields: Iterable<readonly [name: string, value: unknown]>): Payload {
  const byName = new Map<string, unknown[]>();
  for (const [name, value] of fields) {
    const values = byName.get(name);
    if (values !== undefined) values.push(value);
    else if (name !== '__proto__') byName.set(name, [value]);
  }
  return Object.fromEntries([...byName].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}
