import { Tooltip } from '@base-ui/react/tooltip';
import { Outlet, useMatches } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { FirstPassword } from '../session/first-password.js';
import { SignIn } from '../session/sign-in.js';
import { useMe } from '../session/me.js';
import { session } from '../session/session.js';
import { useSessionState } from '../session/use-session.js';
import { ErrorNotice, Skeleton } from '../ui/notice.js';
import { problemOf } from '../api/problem.js';
import { Frame } from './frame.js';

const RETRY_MS = 3_000;

/**
 * Renews a session that a cookie may hold, so that a reload does not ask for the password. It tries again by itself
 * while the server does not answer.
 */
function Resume(): ReactNode {
  const [error, setError] = useState<unknown>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    session.token().catch(setError);
  }, [tries]);
  useEffect(() => {
    if (error === undefined || !problemOf(error).isTemporary) return;
    const timer = setTimeout(() => setTries((before) => before + 1), RETRY_MS);
    return () => clearTimeout(timer);
  }, [error]);
  if (error === undefined) return <Skeleton />;
  const retry = (): void => {
    setError(undefined);
    setTries(tries + 1);
  };
  return (
    <div className="p-4">
      <ErrorNotice error={error} onRetry={retry} />
    </div>
  );
}

function SignedIn(): ReactNode {
  const me = useMe();
  if (me.data === undefined) {
    return (
      <div className="p-4">
        {me.error === null ? <Skeleton /> : <ErrorNotice error={me.error} onRetry={() => void me.refetch()} />}
      </div>
    );
  }
  return me.data.user.mustChangePassword ? <FirstPassword /> : <Frame />;
}

/** The frame for a signed-in user, the sign-in for everybody else, or a public screen. */
export function Root(): ReactNode {
  const state = useSessionState();
  const isPublic = useMatches().some(({ staticData }) => staticData.isPublic === true);
  const content = isPublic ? <Outlet /> : state === 'in' ? <SignedIn /> : state === 'out' ? <SignIn /> : <Resume />;
  return <Tooltip.Provider delay={300}>{content}</Tooltip.Provider>;
}
