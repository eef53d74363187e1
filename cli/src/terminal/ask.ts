import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CliError, EXIT, usageError } from '../errors.js';

/** Asks the user on the terminal. @throws CliError without a terminal */
export async function ask(question: string, { echo }: { readonly echo: boolean }): Promise<string> {
  if (!process.stdin.isTTY) throw usageError(`There is no terminal to ask for "${question}".`);
  process.stderr.write(`${question}: `);
  const output = new Writable({ write: (chunk, _encoding, done) => (echo && process.stderr.write(chunk), done()) });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new CliError('interrupted', 'Interrupted.', EXIT.interrupted)));
      lines.once('close', () => reject(usageError('The input ended.')));
    });
  } finally {
    lines.close();
    if (!echo) process.stderr.write('\n');
  }
}

/** A secret: from the terminal without echo, or the first line of the standard input. */
export async function askSecret(question: string): Promise<string> {
  if (process.stdin.isTTY) return ask(question, { echo: false });
  const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
  if (line === '') throw usageError(`The standard input has no ${question.toLowerCase()}.`);
  return line;
}
