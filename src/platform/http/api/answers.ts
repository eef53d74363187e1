import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { ZodType } from 'zod';
import type { ErrorFactory } from '../../errors.js';
import { groupByStatus, problemResponse } from '../openapi/problem-response.js';
import { problemOfDefinition } from './problem.js';
import { PERMISSION } from './public.js';

/** Documents what a call is for: a line for the list of calls, and sentences for those who look closer. */
export const Describe = (summary: string, description: string): MethodDecorator =>
  ApiOperation({ summary, description });

/** Documents what a caller has to have, for a guard: `completeOperations` says it in the operation's description. */
export const Takes = (permission: string): MethodDecorator & ClassDecorator => ApiExtension(PERMISSION, permission);

/**
 * Declares what a call answers when it went well: the status that it sends and the shape that is documented. Give what
 * clients see more than once a name with `.meta({ id: 'Source' })`, and a value to look at with `examples`.
 */
export function Answers(status: number, description: string, schema?: ZodType): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description, ...(schema === undefined ? {} : { standardSchema: schema }) }),
  );
}

/**
 * Documents every way of its own in which a call can fail. What any call can answer, because its request is malformed,
 * its token is missing or we are broken, is added to the document by itself.
 */
export function Fails(...errors: readonly ErrorFactory[]): MethodDecorator & ClassDecorator {
  const problems = errors.map(({ definition }) => problemOfDefinition(definition));
  return applyDecorators(
    ...[...groupByStatus(problems)].map(([status, group]) => ApiResponse({ status, ...problemResponse(group) })),
  );
}
