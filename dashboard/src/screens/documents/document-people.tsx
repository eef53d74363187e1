import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.js';
import { words } from '../../words/words.js';
import { colourOf } from './person-colour.js';
import { usePeople } from '../../queries/members-queries.js';
import type { Person } from './document-session.js';

const MAX_SHOWN = 4;

/** The people who have the document open, in the colours of their cursors. */
export function DocumentPeople({
  people,
  ownId,
}: {
  readonly people: readonly Person[];
  readonly ownId: string;
}): ReactNode {
  const { nameOf } = usePeople();
  const { documents } = words;
  if (people.length === 0) return null;
  const rest = people.slice(MAX_SHOWN);
  return (
    <ul aria-label={documents.people(people.length)} className="flex flex-wrap items-center gap-x-3 text-sm">
      {people.slice(0, MAX_SHOWN).map(({ id }) => (
        <li key={id} className="flex items-center gap-1.5">
          <span aria-hidden="true" className={classes('person-dot size-2.5 rounded-full', colourOf(id).className)} />
          {id === ownId ? documents.you(nameOf(id)) : nameOf(id)}
        </li>
      ))}
      {rest.length > 0 && <li title={rest.map(({ id }) => nameOf(id)).join(', ')}>+{rest.length}</li>}
    </ul>
  );
}
