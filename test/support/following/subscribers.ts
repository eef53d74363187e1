import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { AccessTokens } from '../../../src/identity/tokens/access-tokens.js';
import { loadConfig } from '../../../src/platform/config/config.js';

const DAY_MS = 86_400_000;

/** A user with a token, and a channel that they may read. */
export interface Subscriber {
  readonly token: string;
  readonly channel: string;
}

interface StoredSubscriber extends Subscriber {
  readonly userId: string;
  readonly sessionId: string;
  readonly workspaceId: string;
}

/** Creates users round-robin in new workspaces, one workspace for each channel. */
export async function createSubscribers(
  databaseUrl: string,
  { users, channels, secret }: { readonly users: number; readonly channels: number; readonly secret: string },
): Promise<Subscriber[]> {
  const workspaces = Array.from({ length: channels }, () => uuidv7());
  await run(databaseUrl, `INSERT INTO workspaces (id, name) SELECT id, 'followed' FROM unnest($1::uuid[]) AS id`, [
    workspaces,
  ]);
  return insert(databaseUrl, secret, users, (i) => workspaces[i % channels] ?? '');
}

/** Creates users in an existing workspace. */
export function addSubscribers(
  databaseUrl: string,
  workspaceId: string,
  { users, secret }: { readonly users: number; readonly secret: string },
): Promise<Subscriber[]> {
  return insert(databaseUrl, secret, users, () => workspaceId);
}

/** Inserts the users with SQL: hashing 10,000 passwords through the API takes an hour. */
async function insert(
  databaseUrl: string,
  secret: string,
  count: number,
  workspaceOf: (i: number) => string,
): Promise<Subscriber[]> {
  const issue = issuer(secret);
  const subscribers = await Promise.all(Array.from({ length: count }, (_, i) => issue(workspaceOf(i))));
  await run(
    databaseUrl,
    `WITH subscribers AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS subscriber (user_id, session_id, workspace_id)),
     made AS (
       INSERT INTO users (id, email, name) SELECT user_id, user_id || '@example.com', 'one of many' FROM subscribers RETURNING id),
     joined AS (
       INSERT INTO members (user_id, workspace_id, role) SELECT user_id, workspace_id, 'viewer' FROM subscribers)
     INSERT INTO sessions (id, user_id, expires_at) SELECT session_id, user_id, now() + interval '1 day' FROM subscribers`,
    [
      subscribers.map(({ userId }) => userId),
      subscribers.map(({ sessionId }) => sessionId),
      subscribers.map(({ workspaceId }) => workspaceId),
    ],
  );
  await run(databaseUrl, 'ANALYZE users, members, sessions, workspaces');
  return subscribers;
}

function issuer(secret: string): (workspaceId: string) => Promise<StoredSubscriber> {
  const tokens = new AccessTokens(
    loadConfig({
      NODE_ENV: 'test',
      JWT_SECRET: secret,
      SECRETS_KEY: Buffer.alloc(32).toString('base64'),
      ACCESS_TOKEN_SECONDS: '86400',
    }),
  );
  const expiresAt = new Date(Date.now() + DAY_MS);
  return async (workspaceId) => {
    const [userId, sessionId] = [uuidv7(), uuidv7()];
    const { accessToken } = await tokens.issue({ id: sessionId, userId, expiresAt });
    return { userId, sessionId, workspaceId, token: accessToken, channel: `webhooks:${workspaceId}` };
  };
}

async function run(databaseUrl: string, statement: string, parameters: readonly unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(statement, [...parameters]);
  await client.end();
}
