import { TidingsError } from '@tidings/client';

const MIN_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;
/** A longer `Retry-After` is left to the caller. */
const MAX_ASKED_DELAY_MS = 60_000;

/** The service was not reached or could not serve the call: whether it has taken effect is unknown. */
const IS_PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface RetryOptions {
  /** How often a call is repeated after a failure that may pass; by default 4 times. */
  readonly retries: number;
  /** How long one attempt may take, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** One attempt that failed, and the delay that the service asks for. */
interface Failure {
  readonly error: TidingsError;
  readonly askedDelayMs?: number | undefined;
}

/**
 * Makes a call that may be repeated, until it succeeds or fails for good.
 * @param attempt gets the signal that ends it
 * @throws TidingsError of the last attempt; the reason of `signal`
 */
export async function withRetries(
  { retries, requestTimeoutMs, signal }: RetryOptions,
  attempt: (signal: AbortSignal) => Promise<Response>,
): Promise<Response> {
  for (let tries = 0; ; tries++) {
    const outcome = await tryOnce(requestTimeoutMs, signal, attempt);
    if (outcome instanceof Response) return outcome;
    const delayMs = delayBefore(tries, outcome.askedDelayMs);
    if (!outcome.error.temporary || tries >= retries || delayMs === undefined) throw outcome.error;
    await sleep(delayMs, signal);
  }
}

async function tryOnce(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  attempt: (signal: AbortSignal) => Promise<Response>,
): Promise<Response | Failure> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await attempt(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
    return answer.ok ? answer : { error: await errorOf(answer), askedDelayMs: retryAfter(answer.headers) };
  } catch (error) {
    signal?.throwIfAborted();
    return { error: timeout.aborted ? answerLate() : connectionFailed(error) };
  }
}

const answerLate = () => new TidingsError('answer.late', 'The server did not answer in time.', true);

function connectionFailed(cause: unknown): TidingsError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TidingsError('connection.failed', `The connection could not be opened: ${reason}`, true, { cause });
}

async function errorOf(answer: Response): Promise<TidingsError> {
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; title?: string };
  const { code = 'internal', title = `The call was answered with ${answer.status}.`, detail = title } = problem;
  return new TidingsError(code, detail, IS_PASSING.has(answer.status));
}

/** In milliseconds; the header has seconds or a date. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** @returns undefined if the service asks for more patience than a caller has */
function delayBefore(tries: number, askedMs = 0): number | undefined {
  if (askedMs > MAX_ASKED_DELAY_MS) return undefined;
  const ceiling = Math.min(MAX_DELAY_MS, MIN_DELAY_MS * 2 ** tries);
  return Math.max(askedMs, ceiling * (0.5 + Math.random() / 2));
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
