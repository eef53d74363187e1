import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { buttonClass } from '../ui/button.js';
import { Empty, ErrorNotice } from '../ui/notice.js';
import { Page } from '../ui/page.js';
import { words } from '../words/words.js';

export function NotFoundScreen(): ReactNode {
  const { notFound } = words;
  return (
    <Page title={notFound.heading}>
      <Empty text={notFound.hint}>
        <Link to="/" className={buttonClass()}>
          {notFound.home}
        </Link>
      </Empty>
    </Page>
  );
}

/** Opens by itself as soon as the permission is granted. */
export function NotAllowedScreen({ permission }: { readonly permission: string }): ReactNode {
  const { notAllowed } = words;
  return (
    <Page title={notAllowed.heading}>
      <Empty text={notAllowed.hint(permission)} />
    </Page>
  );
}

export function ErrorScreen({ error }: { readonly error: unknown }): ReactNode {
  return (
    <Page title={words.problem.heading}>
      <p>{words.problem.crashed}</p>
      <ErrorNotice error={error} />
    </Page>
  );
}
