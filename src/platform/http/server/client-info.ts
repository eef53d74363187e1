import type { FastifyRequest } from 'fastify';
import { plainAddress } from './caller-address.js';

/** Where a request comes from, as far as it can be told; all null for what the service does of itself. */
export interface ClientInfo {
  readonly ip: string | null;
  /** What the caller says of itself, cut to 300 characters. */
  readonly userAgent: string | null;
  /** The one in the request's line of the log and in its problem+json. */
  readonly requestId: string | null;
}

const USER_AGENT_CHARACTERS = 300;

export function clientInfoOf({ ip, headers, id }: FastifyRequest): ClientInfo {
  return {
    ip: plainAddress(ip),
    userAgent: headers['user-agent']?.slice(0, USER_AGENT_CHARACTERS) ?? null,
    requestId: id,
  };
}
