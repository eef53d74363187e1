import type { FastifyRequest } from 'fastify';
import { plainAddress } from './caller-address.js';

/** The origin of a request, as far as it is known; all null for actions of the service itself. */
export interface ClientInfo {
  readonly ip: string | null;
  /** The User-Agent header, truncated to 300 characters. */
  readonly userAgent: string | null;
  /** The id that the request log and problem+json contain. */
  readonly requestId: string | null;
}

const MAX_USER_AGENT_CHARACTERS = 300;

export function clientInfoOf({ ip, headers, id }: FastifyRequest): ClientInfo {
  return {
    ip: plainAddress(ip),
    userAgent: headers['user-agent']?.slice(0, MAX_USER_AGENT_CHARACTERS) || null,
    requestId: id,
  };
}
