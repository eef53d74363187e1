import { Outlet, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { classes } from '../../ui/classes.js';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';
import { DeliveryList } from './delivery-list.js';
import { InboxViews } from './inbox-views.js';
import { SavedViews } from './saved-views.js';

/** The list of deliveries. An opened delivery is beside it on wide screens, and in its place on narrow ones. */
export function DeliveriesScreen(): ReactNode {
  const { id } = useParams({ strict: false });
  const isOpen = id !== undefined;
  return (
    <Page
      title={words.navigation.deliveries}
      fill
      actions={
        <>
          <InboxViews />
          <div className={classes(isOpen && 'max-xl:hidden')}>
            <SavedViews />
          </div>
        </>
      }
    >
      <div className="flex min-h-0 grow gap-3">
        <div className={classes('flex min-h-0 min-w-0 flex-1 flex-col gap-2', isOpen && 'max-xl:hidden')}>
          <DeliveryList activeId={id} />
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
