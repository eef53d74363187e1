import { Link, useLocation } from '@tanstack/react-router';
import { classes } from '../../ui/classes.js';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../app/workspace.js';
import { words } from '../../words/words.js';

const LINK = 'inline-flex h-8 items-center rounded border border-transparent px-3 text-muted hover:bg-hover';
const ACTIVE = '!border-line bg-surface font-medium !text-text';

/** Received and refused requests: two lists with an address each. */
export function InboxViews(): ReactNode {
  const { id: ws } = useWorkspace();
  const isRefused = useLocation({ select: ({ pathname }) => pathname.includes('/deliveries/refused') });
  const { views } = words.deliveries;
  return (
    <nav aria-label={views.label} className="flex gap-1">
      <Link
        to="/w/$ws/deliveries"
        params={{ ws }}
        aria-current={isRefused ? undefined : 'page'}
        className={classes(LINK, !isRefused && ACTIVE)}
      >
        {views.received}
      </Link>
      <Link to="/w/$ws/deliveries/refused" params={{ ws }} className={classes(LINK, isRefused && ACTIVE)}>
        {views.refused}
      </Link>
    </nav>
  );
}
