import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

const BY_DEFAULT = '.env';

export interface GivenSettings {
  readonly variables: NodeJS.ProcessEnv;
  /** The file that some of them may come from; undefined when none was read. */
  readonly file: string | undefined;
}

/**
 * The environment, completed from a file: the one that ENV_FILE names, or `.env` in the working directory where there
 * is one. The environment wins; what is empty there counts as unset. Tests (NODE_ENV=test) read no `.env`.
 * @throws Error when the file is there, or named, and can't be read
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): GivenSettings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const named = set['ENV_FILE'];
  if (named === undefined && set['NODE_ENV'] === 'test') return { variables: set, file: undefined };
  const file = named ?? BY_DEFAULT;
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
    throw new Error(`The file of settings, ${file}, can't be read: ${code}.`, { cause: error });
  }
}

/** For what is said before the settings are checked. */
export const isProduction = (variables: NodeJS.ProcessEnv = process.env): boolean =>
  variables['NODE_ENV'] === 'production';
