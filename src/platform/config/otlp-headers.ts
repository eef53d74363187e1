import { z } from 'zod';

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** No line breaks: they would begin another header. */
const VALUE = /^[\x20-\x7e]*$/;

/** `name=value,name=value` with values in percent-encoding, as OpenTelemetry defines it. */
export const otlpHeaders = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const pairs = text.split(',').map(pairOf);
  if (pairs.every((pair) => pair !== undefined)) return Object.fromEntries(pairs);
  context.addIssue('name=value pairs, comma-separated, with values in percent-encoding');
  return z.NEVER;
});

function pairOf(text: string): readonly [string, string] | undefined {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at)).trim();
  const value = decoded(text.slice(at + 1).trim());
  return NAME.test(name) && value !== undefined && VALUE.test(value) ? [name, value] : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
