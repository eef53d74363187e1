import { defineError } from '../../platform/errors.js';

export const taskNotFound = defineError({
  code: 'task.not-found',
  kind: 'not-found',
  title: 'There is no such task in this workspace.',
});

export const taskChanged = defineError({
  code: 'task.changed',
  kind: 'precondition',
  title: 'The task does not match the If-Match header; it has been changed meanwhile.',
});

export const placeUnknown = defineError({
  code: 'task.unknown-place',
  kind: 'invalid',
  title: 'A task can be moved only before another task of its workspace.',
});

export const assigneeUnknown = defineError({
  code: 'task.unknown-assignee',
  kind: 'invalid',
  title: 'A task can be assigned only to a member of its workspace.',
});
