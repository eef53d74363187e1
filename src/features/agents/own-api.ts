import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Problem } from '../../platform/http/api/problem.js';

export interface Call {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
}

/** A call of the API that was refused. */
export class RefusedCall extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
    readonly retryAfterSeconds: string | undefined,
  ) {
    super(problem.title);
    this.name = 'RefusedCall';
  }
}

/**
 * Calls the HTTP API of this process with the credential and the address of a request, so that permissions, scopes,
 * rate limits and audit apply as to any other call of that caller.
 */
export class OwnApi {
  constructor(
    private readonly fastify: FastifyInstance,
    private readonly request: FastifyRequest,
  ) {}

  /** @throws RefusedCall for an answer that is not 2xx */
  get<Body>(path: string, query: NonNullable<Call['query']> = {}): Promise<Body> {
    return this.call('GET', path, { query });
  }

  /** @throws RefusedCall for an answer that is not 2xx */
  post<Body>(path: string, body: object): Promise<Body> {
    return this.call('POST', path, { body });
  }

  private async call<Body>(method: 'GET' | 'POST', path: string, { query, body }: Call): Promise<Body> {
    const given = Object.entries(query ?? {}).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const answer = await this.fastify.inject({
      method,
      url: path,
      query: Object.fromEntries(given),
      headers: this.headers(),
      remoteAddress: this.request.ip,
      ...(body !== undefined && { payload: body }),
    });
    if (answer.statusCode < 300) return answer.json<Body>();
    const { 'retry-after': retryAfter } = answer.headers;
    throw new RefusedCall(answer.statusCode, answer.json<Problem>(), retryAfter?.toString());
  }

  /** The address is that of the caller already, so no header about proxies is passed on. */
  private headers(): Record<string, string> {
    const { authorization, 'user-agent': agent = '' } = this.request.headers;
    return { ...(authorization !== undefined && { authorization }), 'user-agent': agent };
  }
}
