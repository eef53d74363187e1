import type { ZodType } from 'zod';
import type { Options } from './provider.js';

/**
 * Reads the options of a source once: they are one object for as long as the source is cached.
 * @returns undefined from the reader for options that a stricter schema no longer accepts
 */
export function optionsReader<Parsed, Prepared = Parsed>(
  schema: ZodType<Parsed>,
  prepare: (parsed: Parsed) => Prepared,
): (options: Options) => Prepared | undefined {
  const prepared = new WeakMap<Options, { readonly value: Prepared | undefined }>();
  return (options) => {
    const known = prepared.get(options);
    if (known !== undefined) return known.value;
    const { data } = schema.safeParse(options);
    const value = data === undefined ? undefined : prepare(data);
    prepared.set(options, { value });
    return value;
  };
}
