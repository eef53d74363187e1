import { CliError, EXIT, type ExitCode } from '../errors.js';

interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
}

interface Answer<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * The data of an answer of the API.
 * @throws CliError with the code of the problem, or `server.unreachable`
 */
export async function answer<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call.catch((failure: unknown) => {
    throw unreachable(failure);
  });
  if (!response.ok) throw problemOf(response, error);
  return data as Data;
}

const HINTS: Partial<Record<ExitCode, string>> = {
  [EXIT.signedOut]: 'Run `tidings login`, or set TIDINGS_API_KEY.',
  [EXIT.denied]: '`tidings whoami` lists your permissions; a user who manages members can grant more.',
  [EXIT.unavailable]: 'Try again later; `tidings doctor` examines the server.',
};

export function problemOf(response: Response, error: unknown): CliError {
  const problem: Problem = typeof error === 'object' && error !== null ? error : {};
  const { code = `http.${response.status}`, title, detail } = problem;
  const exitCode = exitCodeOf(response.status);
  const text = [title ?? `The server answered with ${response.status}.`, detail].filter(Boolean).join(' ');
  return new CliError(code, text, exitCode, { hint: HINTS[exitCode], retryAfterMs: retryAfterOf(response) });
}

function exitCodeOf(status: number): ExitCode {
  if (status === 401) return EXIT.signedOut;
  if (status === 403) return EXIT.denied;
  if (status === 404) return EXIT.notFound;
  if (status === 409 || status === 412) return EXIT.conflict;
  if (status === 429 || status >= 500) return EXIT.unavailable;
  return status >= 400 ? EXIT.usage : EXIT.failed;
}

function retryAfterOf({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

/** Turns an error of `fetch` into one of this program: no server, an unknown name, or no answer in time. */
export function unreachable(failure: unknown): CliError {
  if (failure instanceof CliError) return failure;
  const cause = (failure as { cause?: { code?: string; message?: string } }).cause;
  const reason = cause?.code ?? cause?.message ?? (failure instanceof Error ? failure.message : String(failure));
  return new CliError('server.unreachable', `The server cannot be reached: ${reason}.`, EXIT.unavailable, {
    hint: 'Check the address with `tidings profiles`, and the server with `tidings doctor`.',
  });
}
