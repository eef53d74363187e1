import { HttpException } from '@nestjs/common';
import { z } from 'zod';
import { isPassing } from '../../database/database.js';
import { defineError, TidingsError, type ErrorDefinition, type ErrorKind } from '../../errors.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** The one answer to a failed call (RFC 9457), with a `code` that clients switch on. */
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
  title: 'The request does not have the shape that this call takes.',
});
export const routeNotFound = defineError({
  code: 'route.not-found',
  kind: 'not-found',
  title: 'There is nothing at this address.',
});
export const bodyTooLarge = defineError({
  code: 'request.too-large',
  kind: 'too-large',
  title: 'The body is larger than this call takes.',
});
export const mediaTypeUnsupported = defineError({
  code: 'request.unsupported-media-type',
  kind: 'unsupported',
  title: 'This call takes another media type, and no content encoding.',
});

export const answerTooLate = defineError({
  code: 'request.timeout',
  kind: 'unavailable',
  title: 'The answer took too long; the call may or may not have had its effect.',
});

export const serviceUnavailable = defineError({
  code: 'service.unavailable',
  kind: 'unavailable',
  title: 'What this call needs is not there at the moment; the call may or may not have had its effect.',
});

const frameworkErrors = [requestInvalid, routeNotFound, bodyTooLarge, mediaTypeUnsupported, answerTooLate];

export const INTERNAL = { code: 'internal', title: 'Something went wrong on our side.', status: 500 } as const;

/** Turns whatever was thrown into what the caller may know of it: a fault of ours keeps its message to itself. */
export function problemOf(error: unknown): Problem {
  if (error instanceof TidingsError) return problemOfDefinition(error.definition, error.detail);
  if (isPassing(error)) return problemOfDefinition(serviceUnavailable.definition);
  return problemOfStatus(frameworkStatus(error));
}

export function problemOfDefinition({ kind, code, title }: ErrorDefinition, detail?: string): Problem {
  return problem(STATUS_BY_KIND[kind], code, title, detail);
}

/** For what the framework refuses by itself. */
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
