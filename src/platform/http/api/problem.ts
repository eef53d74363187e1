import { HttpException } from '@nestjs/common';
import { z } from 'zod';
import { isTransient } from '../../database/database.js';
import { defineError, TidingsError, type ErrorDefinition, type ErrorKind } from '../../errors.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of every failed call (RFC 9457), with a `code` for clients to switch on. */
export const problemSchema = z
  .object({
    type: z.string().describe('urn:tidings:error:<code>'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;

export const STATUS_BY_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  precondition: 412,
  'too-large': 413,
  unsupported: 415,
  'too-many': 429,
  unavailable: 503,
};

export const requestInvalid = defineError({
  code: 'request.invalid',
  kind: 'invalid',
  title: 'The request is malformed or fails validation.',
});
export const routeNotFound = defineError({
  code: 'route.not-found',
  kind: 'not-found',
  title: 'There is no resource at this URL.',
});
export const bodyTooLarge = defineError({
  code: 'request.too-large',
  kind: 'too-large',
  title: 'The request body is too large.',
});
export const mediaTypeUnsupported = defineError({
  code: 'request.unsupported-media-type',
  kind: 'unsupported',
  title: 'The media type or content encoding of the request is not supported.',
});

export const answerTooLate = defineError({
  code: 'request.timeout',
  kind: 'unavailable',
  title: 'The request timed out; it may or may not have taken effect.',
});

export const serviceUnavailable = defineError({
  code: 'service.unavailable',
  kind: 'unavailable',
  title: 'A required backend is unavailable; the request may or may not have taken effect.',
});

const frameworkErrors = [requestInvalid, routeNotFound, bodyTooLarge, mediaTypeUnsupported, answerTooLate];

export const INTERNAL = { code: 'internal', title: 'An internal error occurred.', status: 500 } as const;

/** Turns any thrown value into a problem. The message of an unexpected error is not disclosed. */
export function problemOf(error: unknown): Problem {
  if (error instanceof TidingsError) return problemOfDefinition(error.definition, error.detail);
  if (isTransient(error)) return problemOfDefinition(serviceUnavailable.definition);
  return problemOfStatus(frameworkStatus(error));
}

export function problemOfDefinition({ kind, code, title }: ErrorDefinition, detail?: string): Problem {
  return problem(STATUS_BY_KIND[kind], code, title, detail);
}

/** For requests that the framework rejects. */
export function problemOfStatus(status: number): Problem {
  const known = frameworkErrors.find(({ definition }) => STATUS_BY_KIND[definition.kind] === status);
  if (known !== undefined) return problemOfDefinition(known.definition);
  if (status >= 400 && status < 500)
    return problem(status, requestInvalid.definition.code, requestInvalid.definition.title);
  return problem(INTERNAL.status, INTERNAL.code, INTERNAL.title);
}

function problem(status: number, code: string, title: string, detail?: string): Problem {
  return { type: `urn:tidings:error:${code}`, title, status, code, ...(detail === undefined ? {} : { detail }) };
}

/** Nest throws HttpException, Fastify an error with `statusCode`. */
function frameworkStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : INTERNAL.status;
}
