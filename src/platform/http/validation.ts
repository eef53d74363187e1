import { StandardSchemaValidationPipe } from '@nestjs/common';
import { requestInvalid } from './problem.js';

const MOST_ISSUES = 20;

/** Checks every `@Body({ schema })`, `@Query({ schema })` and `@Param(..., { schema })`; the detail names fields and rules. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) =>
    requestInvalid(
      issues
        .slice(0, MOST_ISSUES)
        .map(({ path, message }) => `${path?.map(segmentOf).join('.') || 'value'}: ${message}`)
        .join('; '),
    ),
});

function segmentOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
