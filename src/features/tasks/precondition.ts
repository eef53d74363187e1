import { ApiHeader } from '@nestjs/swagger';
import { taskChanged } from './task.errors.js';
import type { Task } from './task.schemas.js';

/** It changes with every change, and whoever got the task by an event knows it too. */
export const etagOf = ({ updatedAt }: Task): string => `"${updatedAt}"`;

/** Documents the header that `checkPrecondition` reads. */
export const IfMatch = (): MethodDecorator =>
  ApiHeader({ name: 'If-Match', required: false, description: 'the ETag of the task as the caller knows it' });

/**
 * RFC 9110 section 13.1.1: one of several tags, or `*`. Weak ones never match.
 * @throws `task.changed`
 */
export function checkPrecondition(task: Task, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (!tags.includes(etagOf(task))) throw taskChanged();
}
