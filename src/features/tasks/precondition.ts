import { ApiHeader } from '@nestjs/swagger';
import { taskChanged } from './task.errors.js';
import type { Task } from './task.schemas.js';

/** Derived from the task itself, so that subscribers can compute it from an event. */
export const etagOf = ({ updatedAt }: Task): string => `"${updatedAt}"`;

/** Documents the header that `checkPrecondition` reads. */
export const IfMatch = (): MethodDecorator =>
  ApiHeader({ name: 'If-Match', required: false, description: 'the ETag of the task that the change is based on' });

/**
 * RFC 9110 section 13.1.1: one of several tags, or `*`. Weak tags never match.
 * @throws `task.changed`
 */
export function checkPrecondition(task: Task, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (!tags.includes(etagOf(task))) throw taskChanged();
}
