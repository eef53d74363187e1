import { callbackFailed, type TidingsError } from './errors.js';

/** Tells the application of what goes wrong where there is no caller to be told. */
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

  /** Calls code of the application: what it throws, or rejects with, is reported and takes nothing from others. */
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
 * Waits for code of the application, but not for ever.
 * @throws what it throws or rejects with, or `late`
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
