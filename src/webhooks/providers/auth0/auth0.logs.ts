import { isObject, parseJson, type Payload } from '../parse-body.js';
import { deliveryUnreadable } from '../provider.errors.js';

/** Auth0 sends at most 100 logs in a request. */
const MAX_LOGS = 100;

/**
 * The logs of a stream, which sends an object, an array or a line for each log.
 * @throws TidingsError `delivery.unreadable`
 */
export function logsIn(body: Buffer): readonly Payload[] {
  const logs = parsed(body, MAX_LOGS).filter(isObject);
  if (logs.length === 0) throw deliveryUnreadable('The body has no log.');
  return logs;
}

/** The first log, for the accept path; undefined for an unreadable body. Never throws. */
export function peekLog(body: Buffer): Payload | undefined {
  try {
    return parsed(body, 1).find(isObject);
  } catch {
    return undefined;
  }
}

function parsed(body: Buffer, limit: number): unknown[] {
  const lines = body.toString('utf8').trim().split(/\r?\n/);
  // Pretty-printed JSON has lines too, and its first one is incomplete.
  if (lines.length > 1 && /^\{.*\}$/.test(lines[0] ?? '')) return lines.slice(0, limit).map((line) => parseJson(line));
  const value = parseJson(body);
  return Array.isArray(value) ? value.slice(0, limit) : [value];
}
