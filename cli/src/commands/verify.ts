import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import colors from 'picocolors';
import { answer } from '../api/answer.js';
import { connect, type GlobalOptions } from '../api/connect.js';
import { environment } from '../environment.js';
import { CliError, EXIT, usageError } from '../errors.js';
import { clean, print, printJson } from '../terminal/output.js';

export interface VerifyOptions extends GlobalOptions {
  readonly secret?: string;
  readonly file?: string;
  readonly headers?: string;
  readonly sentTo?: string;
  readonly options?: string;
}

export async function verify([provider = '']: readonly string[], options: VerifyOptions): Promise<void> {
  const { api } = connect(options);
  if (options.file === undefined) throw usageError('The body is missing.', 'Name its file with --file.');
  if (options.headers === undefined) throw usageError('The headers are missing.', 'Name their file with --headers.');
  const secret = options.secret ?? environment.secret;
  const body = {
    provider,
    method: 'POST' as const,
    headers: parseHeaders(readText(options.headers)),
    bodyBase64: (options.file === '-' ? await buffer(process.stdin) : readBytes(options.file)).toString('base64'),
    options: options.options === undefined ? {} : parseObject(options.options, '--options'),
    ...(secret !== undefined && { secret }),
    ...(options.sentTo !== undefined && { url: options.sentTo }),
  };
  const result = await answer(api.POST('/v1/tools/verify', { body })).catch((error: unknown) => {
    throw secret === undefined ? withSecretHint(error) : error;
  });
  if (!result.verified) process.exitCode = EXIT.failed;
  if (options.json === true) return printJson(result);
  if (result.verified) return print(colors.green('The signature is right.'));
  print(
    `${colors.red(`The signature is wrong: ${result.difference ?? 'unknown'}.`)} ${clean(result.explanation ?? '')}`,
  );
  if (result.headers.length > 0) print(`Expected in: ${result.headers.join(', ')}`);
}

function withSecretHint(error: unknown): unknown {
  if (!(error instanceof CliError) || error.code !== 'source.invalid-secrets') return error;
  const hint = 'Give the secret of the source with --secret or in TIDINGS_SECRET.';
  return new CliError(error.code, error.message, error.exitCode, { hint });
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw usageError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

const readText = (path: string): string => readBytes(path).toString('utf8');

/** A JSON object, or one `Name: value` on each line; a request line in front is passed over. */
export function parseHeaders(text: string): Record<string, string> {
  if (text.trimStart().startsWith('{')) return parseObject(text, 'the file of headers') as Record<string, string>;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^[A-Z]+ \S+ HTTP\//.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      if (colon <= 0) throw usageError(`${line} is not a header.`, 'Write one `Name: value` on each line.');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

function parseObject(text: string, what: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw usageError(`The value of ${what} is not a JSON object.`);
  }
}
