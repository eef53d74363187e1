import { StandardSchemaValidationPipe } from '@nestjs/common';
import { requestInvalid } from './problem.js';

const MOST_ISSUES = 20;

/**
 * Checks every `@Body({ schema })`, `@Query({ schema })` and `@Param(..., { schema })`; the detail names fields and rules.
 * Fields that the schema doesn't name are refused where it is a `z.strictObject`, which every body is to be, and left
 * out where it is a `z.object`, as queries are: proxies and mail programs add parameters of their own.
 */
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
