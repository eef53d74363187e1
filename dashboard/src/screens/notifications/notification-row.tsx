import { Link, useParams, type LinkProps } from '@tanstack/react-router';
import Archive from 'lucide-react/icons/archive';
import Check from 'lucide-react/icons/check';
import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { useMe } from '../../session/me.js';
import { IconButton } from '../../ui/button.js';
import { classes } from '../../ui/classes.js';
import { Moment } from '../../ui/moment.js';
import { words } from '../../words/words.js';
import { subjectLink } from './subject-link.js';
import { useArchive, useRead } from './notification-queries.js';

/** One notification with a link to its subject. Opening the subject marks it as read. */
export function NotificationRow({ notification }: { readonly notification: Schemas['Notification'] }): ReactNode {
  const { ws = '' } = useParams({ strict: false });
  const workspaces = useMe().data?.workspaces ?? [];
  const read = useRead();
  const archive = useArchive();
  const { id, title, body, kind, workspaceId, createdAt, readAt, archivedAt } = notification;
  const isUnread = readAt === null;
  const link = subjectLink(notification, ws);
  const workspace = workspaces.find((one) => one.id === workspaceId)?.name;
  const text = words.notifications;
  return (
    <li
      data-unread={isUnread}
      className={classes('flex items-start gap-2 px-3 py-1.5', archivedAt === null ? 'hover:bg-hover' : 'text-muted')}
    >
      <span aria-hidden="true" className={classes('mt-2 size-2 shrink-0 rounded-full', isUnread && 'bg-accent')} />
      <div className="min-w-0 grow">
        <p className={classes('break-words', isUnread && 'font-semibold')}>
          {isUnread && <span className="sr-only">{text.unread}: </span>}
          {link === undefined ? (
            <span>{title}</span>
          ) : (
            <Link {...(link as LinkProps)} onClick={() => isUnread && read.mutate(id)} className="hover:underline">
              {title}
            </Link>
          )}
        </p>
        {body !== '' && <p className="line-clamp-2 text-sm break-words text-muted">{body}</p>}
        <p className="flex flex-wrap gap-x-2 text-xs text-muted">
          <span className="font-mono">{kind}</span>
          {workspace !== undefined && <span>{workspace}</span>}
          <Moment at={createdAt} />
        </p>
      </div>
      {isUnread && (
        <IconButton label={text.read} disabled={read.isPending} onClick={() => read.mutate(id)}>
          <Check className="size-4" aria-hidden="true" />
        </IconButton>
      )}
      {archivedAt === null && (
        <IconButton label={text.archive} disabled={archive.isPending} onClick={() => archive.mutate(id)}>
          <Archive className="size-4" aria-hidden="true" />
        </IconButton>
      )}
    </li>
  );
}
