import { words } from '../words/words.js';

/** A call that failed. `title` describes the failure; support can look up `code` and `requestId`. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;

  constructor(problem: { status: number; code: string; title: string; detail?: string; requestId?: string }) {
    super(problem.title);
    this.name = 'Problem';
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.requestId = problem.requestId;
  }

  get title(): string {
    return this.message;
  }

  /** Whether the server itself did not answer, so that the same call may succeed later. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Makes a Problem of anything that a call was rejected with. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem({
    status: 0,
    code: 'server.unreachable',
    title: words.problem.unreachable,
    detail: String(error),
  });
}

/** Reads RFC 9457 problem details. */
export function problemIn(response: Response, body: unknown): Problem {
  const { title, code, detail, requestId } = (body ?? {}) as Partial<Record<string, string>>;
  return new Problem({
    status: response.status,
    code: code ?? `http.${response.status}`,
    title: title ?? words.problem.status(response.status),
    ...(detail !== undefined && { detail }),
    ...(requestId !== undefined && { requestId }),
  });
}
