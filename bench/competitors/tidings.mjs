const ADMIN = { email: 'bench@example.com', password: 'a password for the bench' };

/** The settings of the built server as it ships, except for the log level. */
export function tidingsEnvironment({ databaseUrl, redisUrl, port, dataDir, whole }) {
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    ROLE: whole ? 'all' : 'api',
    ACCESS_TOKEN_SECONDS: '3600',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  };
}

/** Sets up a source over HTTP as an administrator does. @returns where to post and how to subscribe */
export async function setUpTidings(port, secret) {
  const call = async (path, body, token) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST /v1/${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const { accessToken } = await call('auth/login', ADMIN);
  const workspace = await call('workspaces', { name: 'Bench' }, accessToken);
  const source = { name: 'bench', provider: 'github', secrets: [secret] };
  const { key } = await call(`workspaces/${workspace.id}/sources`, source, accessToken);
  const socketOf = (channel) => ({
    path: '/ws',
    protocols: ['tidings.v1', `bearer.${accessToken}`],
    hello: { type: 'subscribe', payload: { channel } },
    ready: 'subscribed',
  });
  const topic = `topic:${workspace.id}/orders`;
  return {
    path: `/webhooks/${key}`,
    socket: socketOf(`webhooks:${workspace.id}`),
    publish: {
      kind: 'publish',
      path: `/v1/workspaces/${workspace.id}/events`,
      token: accessToken,
      channel: topic,
      socket: { ...socketOf(topic), byEvent: true },
    },
  };
}
