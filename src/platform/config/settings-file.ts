import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const DEFAULT_FILE = '.env';

export interface GivenSettings {
  readonly variables: NodeJS.ProcessEnv;
  /** The settings file that was read; undefined when there was none. */
  readonly file: string | undefined;
}

/**
 * The environment, completed from the file that ENV_FILE names or from `.env` in the working directory, if it exists.
 * The environment takes precedence, and an empty value counts as unset. Tests (NODE_ENV=test) read no `.env`.
 * @throws Error when the file exists or is named by ENV_FILE, and cannot be read
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): GivenSettings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const named = set['ENV_FILE'];
  if (named === undefined && set['NODE_ENV'] === 'test') return { variables: set, file: undefined };
  const file = named ?? DEFAULT_FILE;
  const text = read(file, named === undefined);
  if (text === undefined) return { variables: set, file: undefined };
  return { variables: { ...parseEnv(text), ...set }, file };
}

function read(file: string, optional: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    if (optional && code === 'ENOENT') return undefined;
    throw new Error(`The settings file ${file} cannot be read: ${code}.`, { cause: error });
  }
}

/** For output before the settings are validated. */
export const isProduction = (variables: NodeJS.ProcessEnv = process.env): boolean =>
  variables['NODE_ENV'] === 'production';
