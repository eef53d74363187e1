import { StandardSchemaValidationPipe } from '@nestjs/common';
import { requestInvalid } from './problem.js';

const MAX_ISSUES = 20;
/**
 * The form of every field name in the API. Other names are not repeated: they may be secrets pasted in the wrong place.
 */
const FIELD_NAME = /^[a-z][A-Za-z]{0,39}$/;

/**
 * Validates `@Body({ schema })`, `@Query({ schema })` and `@Param(..., { schema })`; the detail lists fields and rules.
 * A `z.strictObject`, required for bodies, rejects unknown fields. A `z.object`, used for queries, drops them: proxies
 * and mail programs add parameters of their own.
 */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: (issues) =>
    requestInvalid(
      issues
        .slice(0, MAX_ISSUES)
        .map((issue) => `${issue.path?.map(segmentOf).join('.') || 'value'}: ${ruleOf(issue)}`)
        .join('; '),
    ),
});

function ruleOf(issue: { readonly message: string; readonly keys?: unknown }): string {
  if (!Array.isArray(issue.keys)) return issue.message;
  const unknown = issue.keys.filter((key) => FIELD_NAME.test(String(key))).slice(0, MAX_ISSUES);
  return unknown.length > 0 ? `unknown field ${unknown.join(', ')}` : 'unknown field';
}

function segmentOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
