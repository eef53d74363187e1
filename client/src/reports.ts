import { callbackFailed, type TidingsError } from './errors.js';

/** Reports errors that have no caller to the application's `onError`. */
export class Reports {
  readonly #onError: (error: TidingsError) => unknown;

  constructor(onError: (error: TidingsError) => unknown = (error) => console.error(error)) {
    this.#onError = onError;
  }

  report(error: TidingsError): void {
    settle(
      () => this.#onError(error),
      (failure) => console.error(failure, error),
    );
  }

  /** Calls code of the application, and reports its errors without interrupting the client. */
  call(name: string, code: () => unknown): void {
    settle(code, (cause) => this.report(callbackFailed(name, cause)));
  }
}

function settle(code: () => unknown, failed: (cause: unknown) => void): void {
  try {
    const result = code();
    if (typeof result === 'object' && result !== null && 'then' in result) Promise.resolve(result).catch(failed);
  } catch (cause) {
    failed(cause);
  }
}

/**
 * Waits for code of the application with a timeout.
 * @throws the error that it throws or rejects with, or `late`
 */
export function within<Value>(
  ms: number,
  code: () => Value | Promise<Value>,
  late: () => TidingsError,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    new Promise<Value>((begin) => begin(code())).then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
