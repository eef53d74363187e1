import { Link, useParams } from '@tanstack/react-router';
import Bell from 'lucide-react/icons/bell';
import type { ReactNode } from 'react';
import { useUnreadCount } from '../live/unread-count.js';
import { words } from '../words/words.js';

/** Leads to the notifications and shows how many are unread, live. */
export function NotificationBell(): ReactNode {
  const { ws } = useParams({ strict: false });
  const unread = useUnreadCount();
  if (ws === undefined) return null;
  const label = words.notifications.bell(unread);
  return (
    <Link
      to="/w/$ws/notifications"
      params={{ ws }}
      aria-label={label}
      title={label}
      className="relative inline-flex size-8 shrink-0 items-center justify-center rounded hover:bg-hover"
    >
      <Bell className="size-4" aria-hidden="true" />
      {unread > 0 && (
        <span
          aria-hidden="true"
          className="absolute -top-0.5 left-4 min-w-4 rounded-full bg-accent px-1 text-center text-xs leading-4 font-semibold text-on-accent"
        >
          {words.notifications.badge(unread)}
        </span>
      )}
    </Link>
  );
}
