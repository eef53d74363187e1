import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { words } from '../../words/words.js';

const LINK = 'inline-flex h-8 items-center rounded border border-transparent px-3 text-muted hover:bg-hover';
const ACTIVE = { className: '!border-line bg-surface font-medium !text-text' };

/** Received and refused requests: two lists with an address each. */
export function InboxViews(): ReactNode {
  const { id: ws } = useWorkspace();
  const { views } = words.deliveries;
  return (
    <nav aria-label={views.label} className="flex gap-1">
      <Link to="/w/$ws/deliveries" params={{ ws }} className={LINK} activeProps={ACTIVE} activeOptions={RECEIVED}>
        {views.received}
      </Link>
      <Link to="/w/$ws/deliveries/refused" params={{ ws }} className={LINK} activeProps={ACTIVE}>
        {views.refused}
      </Link>
    </nav>
  );
}

const RECEIVED = { exact: true, includeSearch: false };
