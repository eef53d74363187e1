import { Outlet, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { classes } from '../../../ui/classes.js';
import { Page } from '../../../ui/page.js';
import { words } from '../../../words/words.js';
import { InboxViews } from '../inbox-views.js';
import { RefusedList } from './refused-list.js';

/** The requests that no source accepted, with an opened one beside them. */
export function RefusedScreen(): ReactNode {
  const { id } = useParams({ strict: false });
  const isOpen = id !== undefined;
  return (
    <Page title={words.navigation.deliveries} fill actions={<InboxViews />}>
      <div className="flex min-h-0 grow gap-3">
        <div className={classes('flex min-h-0 min-w-0 flex-1 flex-col gap-2', isOpen && 'max-xl:hidden')}>
          <RefusedList activeId={id} />
        </div>
        {isOpen && (
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">
            <Outlet />
          </div>
        )}
      </div>
    </Page>
  );
}
