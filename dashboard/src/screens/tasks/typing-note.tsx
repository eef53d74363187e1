import type { ReactNode } from 'react';
import { words } from '../../words/words.js';
import type { People } from '../../queries/members-queries.js';

/** The names of the users who are typing in a task. */
export function TypingNote({
  userIds,
  people,
}: {
  readonly userIds: readonly string[] | undefined;
  readonly people: People;
}): ReactNode {
  if (userIds === undefined || userIds.length === 0) return null;
  const names = userIds.map(people.nameOf);
  const { tasks } = words;
  const subject = names.length === 1 ? tasks.are.one(names[0] ?? '') : tasks.are.many(names.join(', '));
  return <span className="text-xs text-accent italic">{tasks.typing(subject)}</span>;
}
