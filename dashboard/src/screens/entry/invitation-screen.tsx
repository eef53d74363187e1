import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { answer, api, type Schemas } from '../../api/api.js';
import { queries } from '../../api/queries.js';
import { EntryCard } from '../../session/entry-card.js';
import { ME } from '../../session/me.js';
import { session } from '../../session/session.js';
import { SignInForm } from '../../session/sign-in-form.js';
import { useSessionState } from '../../session/use-session.js';
import { Button } from '../../ui/button.js';
import { Empty, ErrorNotice, Loaded, Skeleton } from '../../ui/notice.js';
import { useStep } from '../../ui/use-step.js';
import { words } from '../../words/words.js';
import { SignUpForm } from './sign-up-form.js';

/** Keeps the token in this tab: a sign-in at an issuer leads back without it. */
const KEPT = 'tidings.invitation';

/** Shows an invitation to its holder: with an account to join, and without one to create it. */
export function InvitationScreen(): ReactNode {
  const hash = useLocation().hash;
  const [token] = useState(() => (hash === '' ? (sessionStorage.getItem(KEPT) ?? '') : hash));
  const state = useSessionState();
  const query = useQuery({
    queryKey: ['invitation', token, state],
    enabled: token !== '',
    queryFn: () => answer(api.POST('/v1/invitations/look', { body: { token } })),
  });
  useEffect(() => {
    if (hash !== '') sessionStorage.setItem(KEPT, hash);
    // A sign-in at an issuer has just led back here.
    if (session.state === 'unknown') session.token().catch(() => session.forget());
  }, [hash]);
  const { invitation } = words.entry;
  return (
    <EntryCard heading={invitation.heading}>
      {token === '' ? (
        <Empty text={invitation.noToken} />
      ) : (
        <Loaded query={query} rows={4}>
          {(held) => <Held held={held} token={token} />}
        </Loaded>
      )}
    </EntryCard>
  );
}

function Held({ held, token }: { readonly held: Schemas['OpenInvitation']; readonly token: string }): ReactNode {
  const state = useSessionState();
  const { invitation } = words.entry;
  const { inviter, workspaceName, role, email, hasAccount } = held;
  const isJoining = hasAccount && state === 'in';
  return (
    <>
      <p>
        {workspaceName === null || role === null
          ? invitation.toInstallation(inviter, email)
          : invitation.toWorkspace(inviter, email, workspaceName, role)}
      </p>
      {state === 'unknown' && <Skeleton rows={2} />}
      {isJoining && <Join token={token} />}
      {state === 'out' && hasAccount && (
        <>
          <p className="text-muted">{invitation.signIn(email)}</p>
          <SignInForm email={email} />
        </>
      )}
      {state !== 'unknown' && !hasAccount && <SignUpForm token={token} held={held} onDone={forgetToken} />}
    </>
  );
}

const forgetToken = (): void => sessionStorage.removeItem(KEPT);

function Join({ token }: { readonly token: string }): ReactNode {
  const { busy, error, run } = useStep();
  const navigate = useNavigate();
  const { invitation } = words.entry;
  const join = (): Promise<void> =>
    run(async () => {
      const { workspaceId } = await answer(api.POST('/v1/invitations/join', { body: { token } }));
      forgetToken();
      await queries.invalidateQueries({ queryKey: ME });
      if (workspaceId === null) await navigate({ to: '/' });
      else await navigate({ to: '/w/$ws/overview', params: { ws: workspaceId } });
    });
  return (
    <>
      <ErrorNotice error={error} />
      <Button kind="primary" busy={busy} onClick={() => void join()}>
        {invitation.join}
      </Button>
      <Button kind="quiet" onClick={() => void session.signOut()}>
        {invitation.asAnother}
      </Button>
    </>
  );
}
