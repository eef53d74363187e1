import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { ZodType } from 'zod';
import type { ErrorFactory } from '../errors/define-error.js';
import { STATUS_BY_KIND } from './problem.js';

/** Declares what a call answers when it went well: the status that it sends and the shape that is documented. */
export function Answers(status: number, description: string, schema?: ZodType): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description, ...(schema === undefined ? {} : { standardSchema: schema }) }),
  );
}

/** Documents every way in which a call can fail; errors that share a status share an entry. */
export function Fails(...errors: readonly ErrorFactory[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, string[]>();
  for (const { definition } of errors) {
    const status = STATUS_BY_KIND[definition.kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${definition.code}\`: ${definition.title}`]);
  }
  return applyDecorators(
    ...[...byStatus].map(([status, sentences]) =>
      ApiResponse({
        status,
        description: sentences.join('\n\n'),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  );
}
