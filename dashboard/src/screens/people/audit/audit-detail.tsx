import X from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import { IconButton } from '../../../ui/button.js';
import { CopyId } from '../../../ui/copy.js';
import { exactTime } from '../../../ui/moment.js';
import { Facts, Panel } from '../../../ui/page.js';
import { words } from '../../../words/words.js';
import type { AuditEntry } from '../people-queries.js';
import { ChangeView } from './change-view.js';
import type { NameOf } from './name-of.js';

const id = (value: string | null, what: string): ReactNode => value !== null && <CopyId id={value} what={what} />;

/** One change: its states before and after, its actor, and its place in the chain. */
export function AuditDetail({
  entry,
  nameOf,
  onClose,
}: {
  readonly entry: AuditEntry;
  readonly nameOf: NameOf;
  readonly onClose: () => void;
}): ReactNode {
  const { audit } = words.people;
  const { facts } = audit;
  return (
    <Panel
      title={audit.entry(entry.position)}
      actions={
        <IconButton label={audit.close} onClick={onClose}>
          <X className="size-4" aria-hidden="true" />
        </IconButton>
      }
    >
      <h3 className="px-3 pt-2">{audit.changed}</h3>
      <ChangeView entry={entry} />
      <Facts
        facts={[
          [facts.action, entry.action],
          [facts.at, exactTime(entry.at)],
          [
            facts.actor,
            <span key="actor">
              {nameOf(entry.actorId)} {id(entry.actorId, facts.actor)}
            </span>,
          ],
          [facts.target, id(entry.target, facts.target)],
          [facts.ip, entry.ip],
          [facts.userAgent, entry.userAgent],
          [facts.requestId, id(entry.requestId, facts.requestId)],
          [facts.hash, id(entry.hash, facts.hash)],
        ]}
      />
    </Panel>
  );
}
