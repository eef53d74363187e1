import {
  TidingsProvider,
  useChannel,
  useConnection,
  useEvents,
  usePermissions,
  usePresence,
  useTidings,
} from '@tidings/client/react';
import { sharedClient } from '@tidings/client/tabs';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

const url = new URLSearchParams(location.search).get('server') ?? 'http://localhost:3000';

async function logIn(email, password) {
  const response = await fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error('The e-mail address or the password is wrong.');
  return response.json();
}

/** Signs in with a client that shares one connection between the tabs of a user. */
async function signIn(email, password) {
  let login = await logIn(email, password);
  const client = sharedClient(login.user.id, {
    url,
    async getToken(fresh) {
      if (fresh) login = await logIn(email, password);
      return login.accessToken;
    },
  });
  const me = await (await client.fetch('/v1/me')).json();
  return { client, workspace: me.workspaces[0] };
}

function Webhooks({ workspaceId }) {
  const client = useTidings();
  const channel = `webhooks:${workspaceId}`;
  const { state, data } = useChannel(channel, {
    async load() {
      const path = `/v1/workspaces/${workspaceId}/events?channel=${channel}&latest=100`;
      const { items, position } = await (await client.fetch(path)).json();
      return { data: items, position };
    },
    reduce: (events, event) => [...events, event],
  });
  return (
    <section>
      <p id="list-state">{state}</p>
      <ol>
        {data?.toReversed().map(({ id, payload }) => (
          <li key={id}>{payload.title}</li>
        ))}
      </ol>
    </section>
  );
}

function Details({ workspaceId }) {
  const { state } = useConnection();
  const permissions = usePermissions(workspaceId);
  const presence = usePresence(`workspace:${workspaceId}`);
  const [latest, setLatest] = useState('nothing yet');
  useEvents(`webhooks:${workspaceId}`, ({ payload }) => setLatest(payload.title));
  return (
    <ul>
      <li id="connection">{state}</li>
      <li id="permissions">{permissions?.toSorted().join(' ')}</li>
      <li id="present">{presence?.count}</li>
      <li id="latest">{latest}</li>
    </ul>
  );
}

function App() {
  const [session, setSession] = useState();
  const [problem, setProblem] = useState('');
  if (session === undefined) {
    const submit = (form) =>
      signIn(form.get('email'), form.get('password')).then(setSession, ({ message }) => setProblem(message));
    return (
      <form action={submit}>
        <input name="email" type="email" placeholder="E-mail" />
        <input name="password" type="password" placeholder="Password" />
        <button>Sign in</button>
        <p role="alert">{problem}</p>
      </form>
    );
  }
  return (
    <TidingsProvider client={session.client}>
      <h1>{session.workspace.name}</h1>
      <Details workspaceId={session.workspace.id} />
      <Webhooks workspaceId={session.workspace.id} />
    </TidingsProvider>
  );
}

createRoot(document.getElementById('app')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
