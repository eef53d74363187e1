/** The exit codes of the command line. They are part of its contract. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  signedOut: 3,
  denied: 4,
  notFound: 5,
  unavailable: 6,
  conflict: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `docs/cli.md`. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'the command did what it says',
  failed: 'the answer is no (`verify`, `doctor`, `conformance`, a partly failed `replay`), or an unexpected error',
  usage: 'the command or a value is invalid, or the server refused the input',
  signedOut: 'no credentials, or the server no longer accepts them: `tidings login`',
  denied: 'the user or the API key lacks the permission',
  notFound: 'no such object, or it belongs to another workspace',
  unavailable: 'the server cannot be reached, is overloaded or limits the rate; the same command may work later',
  conflict: 'the state of the object does not allow it, or another `tidings listen` has the same target',
  interrupted: 'Ctrl-C',
};

/** An error with a stable code, and the next step as a hint. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly code: string,
    message: string,
    readonly exitCode: ExitCode,
    readonly details: { readonly hint?: string | undefined; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
  }
}

export const usageError = (message: string, hint?: string): CliError =>
  new CliError('usage.invalid', message, EXIT.usage, { hint });
