import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { AccessTokens } from '../../../src/identity/tokens/access-tokens.js';
import { loadConfig } from '../../../src/platform/config/config.js';

const DAY_MS = 86_400_000;

/** A user with a token, and the channel that he may read. */
export interface Listener {
  readonly token: string;
  readonly channel: string;
}

/**
 * Puts users into the database, members of as many workspaces as there are to be channels, in turn. Through the API this
 * would take an hour for 10,000 users, since a password takes its time.
 */
export async function gatherAudience(
  databaseUrl: string,
  { users, channels, secret }: { readonly users: number; readonly channels: number; readonly secret: string },
): Promise<Listener[]> {
  const workspaces = Array.from({ length: channels }, () => uuidv7());
  const people = Array.from({ length: users }, (_, i) => {
    return { userId: uuidv7(), sessionId: uuidv7(), workspace: workspaces[i % channels] ?? '' };
  });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const ids = people.map(({ userId }) => userId);
  await client.query(`INSERT INTO workspaces (id, name) SELECT id, 'followed' FROM unnest($1::uuid[]) AS id`, [
    workspaces,
  ]);
  await client.query(
    `INSERT INTO users (id, email, name) SELECT id, id || '@example.com', 'x' FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
  await client.query(
    `INSERT INTO members (user_id, workspace_id, role) SELECT *, 'viewer' FROM unnest($1::uuid[], $2::uuid[])`,
    [ids, people.map(({ workspace }) => workspace)],
  );
  await client.query(
    `INSERT INTO sessions (id, user_id, expires_at) SELECT *, now() + interval '1 day' FROM unnest($1::uuid[], $2::uuid[])`,
    [people.map(({ sessionId }) => sessionId), ids],
  );
  await client.query('ANALYZE users, members, sessions, workspaces');
  await client.end();
  const tokens = new AccessTokens(
    loadConfig({
      NODE_ENV: 'test',
      JWT_SECRET: secret,
      SECRETS_KEY: Buffer.alloc(32).toString('base64'),
      ACCESS_TOKEN_SECONDS: '86400',
    }),
  );
  const expiresAt = new Date(Date.now() + DAY_MS);
  return Promise.all(
    people.map(async ({ userId, sessionId, workspace }) => {
      const { accessToken } = await tokens.issue({ id: sessionId, userId, expiresAt });
      return { token: accessToken, channel: `webhooks:${workspace}` };
    }),
  );
}
