import { definedErrors } from '../../platform/errors.js';
import { INTERNAL, TEMPORARY } from './realtime.errors.js';

export interface FrameError {
  readonly code: string;
  readonly temporary: boolean;
  readonly meaning: string;
}

/** By name, because some are defined in rooms that export no error definitions. */
const CODES = [
  'auth.invalid-ticket',
  'auth.invalid-token',
  'auth.issuer-unavailable',
  'auth.other-user',
  'auth.session-ended',
  'auth.token-expired',
  'auth.user-disabled',
  'channel.forbidden',
  'connection.too-many',
  'frame.malformed',
  'frame.too-many',
  'frame.unknown-type',
  'presence.unsupported',
  'subscription.too-many',
  'workspace.not-found',
];

/**
 * Every error that an `error` frame can carry.
 * @throws Error if one of them isn't defined
 */
export function frameErrors(): FrameError[] {
  const defined = new Map(definedErrors().map((error) => [error.code, error]));
  const listed = CODES.map((code) => {
    const error = defined.get(code);
    if (error === undefined) throw new Error(`The frame error ${code} isn't defined.`);
    return { code, temporary: TEMPORARY[error.kind], meaning: error.title };
  });
  return [...listed, { code: INTERNAL.code, temporary: INTERNAL.temporary, meaning: INTERNAL.message }];
}
