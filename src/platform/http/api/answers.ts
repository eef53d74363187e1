import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { ZodType } from 'zod';
import type { ErrorFactory } from '../../errors.js';
import { groupByStatus, problemResponse } from '../openapi/problem-response.js';
import { problemOfDefinition } from './problem.js';
import { PERMISSION } from './public.js';

/** Documents an operation: a one-line summary and a longer description. */
export const Describe = (summary: string, description: string): MethodDecorator =>
  ApiOperation({ summary, description });

/** Documents the permission that a guard requires; `completeOperations` adds it to the operation's description. */
export const Takes = (permission: string): MethodDecorator & ClassDecorator => ApiExtension(PERMISSION, permission);

/**
 * Declares the response of a successful call: its status and the documented schema. Give schemas that clients see more
 * than once a name with `.meta({ id: 'Source' })`, and sample values with `examples`.
 */
export function Answers(status: number, description: string, schema?: ZodType): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description, ...(schema === undefined ? {} : { standardSchema: schema }) }),
  );
}

/**
 * Documents the errors that are specific to a call. The errors that every call shares, such as a malformed request, a
 * missing token or an internal error, are added automatically.
 */
export function Fails(...errors: readonly ErrorFactory[]): MethodDecorator & ClassDecorator {
  const problems = errors.map(({ definition }) => problemOfDefinition(definition));
  return applyDecorators(
    ...[...groupByStatus(problems)].map(([status, group]) => ApiResponse({ status, ...problemResponse(group) })),
  );
}
