import { StandardSchemaValidationPipe } from '@nestjs/common';
import { requestInvalid } from './problem.js';

const MAX_ISSUES = 20;
/** Every field of ours looks like this. What doesn't may be a secret that was pasted in the wrong place: it is not repeated. */
const FIELD_NAME = /^[a-z][A-Za-z]{0,39}$/;

/**
 * Checks every `@Body({ schema })`, `@Query({ schema })` and `@Param(..., { schema })`; the detail names fields and rules.
 * Fields that the schema doesn't name are refused where it is a `z.strictObject`, which every body is to be, and left
 * out where it is a `z.object`, as queries are: proxies and mail programs add parameters of their own.
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
  return unknown.length > 0 ? `takes no ${unknown.join(', ')}` : 'takes no field of this name';
}

function segmentOf(segment: PropertyKey | { readonly key: PropertyKey }): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
