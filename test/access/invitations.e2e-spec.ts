import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/platform/database/database.js';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { TestIssuer } from '../support/issuer.js';
import { tokenIn } from '../support/linked-token.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { TestSocket } from '../support/socket.js';

interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string | null;
  readonly mailed: boolean;
  readonly url?: string;
  readonly code?: string;
}

const PASSWORD = 'a pass phrase of my own';
const RIGHTS_OF_MANAGER = { role: 'viewer', grant: ['members:manage'] };

let tidings: RunningTidings;
let issuer: TestIssuer;
/** May manage members, but has no other right than a viewer. */
let manager: Api;

beforeAll(async () => {
  issuer = await new TestIssuer().start();
  const oidc = [{ issuer: issuer.url, audiences: ['tidings-clients'], linkByEmail: true }];
  tidings = await startTidings({ OIDC_ISSUERS: JSON.stringify(oidc) });
  manager = await signUp(tidings.api, 'manager@example.com');
  await member(manager, RIGHTS_OF_MANAGER);
});
afterAll(async () => {
  await tidings?.stop();
  await issuer?.stop();
});

const member = ({ userId }: Api, rules: object) =>
  tidings.api.put(`/v1/workspaces/${tidings.workspaceId}/members/${userId}`, rules);
const visitor = () => new Api(tidings.url);
const invite = (api: Api, email: string, role?: string) =>
  api.post<Invitation>('/v1/invitations', { email, workspaceId: tidings.workspaceId, ...(role && { role }) });
const accept = (token: string, more: object = {}) =>
  visitor().post<{ accessToken: string; user: { id: string; name: string; isAdmin: boolean }; code?: string }>(
    '/v1/invitations/accept',
    { token, password: PASSWORD, ...more },
  );

async function invited(email: string, role = 'viewer', by = tidings.api): Promise<{ id: string; token: string }> {
  const { status, body } = await invite(by, email, role);
  expect([status, body.mailed]).toEqual([201, false]);
  return { id: body.id, token: tokenIn(body.url) };
}

const openOf = async (api: Api, query = `?workspaceId=${tidings.workspaceId}`): Promise<readonly Invitation[]> =>
  (await api.get<{ items: Invitation[] }>(`/v1/invitations${query}`)).body.items;

describe('an invited person', () => {
  it('sees the invitation, creates an account with it, is signed in and a member', async () => {
    const socket = await TestSocket.connect(tidings.url, tidings.api.token);
    await socket.ask('subscribe', { channel: `workspace:${tidings.workspaceId}` });
    const { token } = await invited('new@example.com');
    const look = await visitor().post('/v1/invitations/look', { token });
    expect(look.body).toEqual({
      email: 'new@example.com',
      name: null,
      workspaceName: 'Demo',
      role: 'viewer',
      inviter: 'Administrator',
      hasAccount: false,
      expiresAt: expect.any(String),
    });
    const { status, body, headers } = await accept(token, { name: 'Nia New' });
    expect(status).toBe(201);
    expect(headers.getSetCookie().join()).toContain('tidings_refresh=');
    const api = Object.assign(visitor(), { token: body.accessToken });
    expect((await api.get('/v1/me')).body).toMatchObject({
      user: { email: 'new@example.com', name: 'Nia New', isAdmin: false, mustChangePassword: false },
      workspaces: [{ id: tidings.workspaceId, role: 'viewer' }],
    });
    await socket.waitFor(({ type }) => type === 'workspace:member_joined');
    await new Api(tidings.url).logIn('new@example.com', PASSWORD);
    expect((await openOf(tidings.api)).map(({ email }) => email)).not.toContain('new@example.com');
    socket.cut();
  });

  it('with an account joins after signing in, and only with the invited address', async () => {
    const user = await signUp(tidings.api, 'has-account@example.com');
    const other = await signUp(tidings.api, 'other-account@example.com');
    const { token } = await invited('has-account@example.com', 'member');
    expect((await visitor().post('/v1/invitations/look', { token })).body['hasAccount']).toBe(true);
    expect((await accept(token)).body.code).toBe('invitation.account-exists');
    const refused = await other.post('/v1/invitations/join', { token });
    expect([refused.status, refused.body['code']]).toEqual([403, 'invitation.other-address']);
    expect((await visitor().post('/v1/invitations/join', { token })).status).toBe(401);
    const joined = await user.post('/v1/invitations/join', { token });
    expect([joined.status, joined.body]).toEqual([200, { workspaceId: tidings.workspaceId }]);
    expect((await user.get('/v1/me')).body['workspaces']).toMatchObject([{ role: 'member' }]);
    expect((await user.post('/v1/invitations/join', { token })).status).toBe(404);
  });

  it('keeps the role of a member who joined meanwhile', async () => {
    const user = await signUp(tidings.api, 'meanwhile@example.com');
    const { token } = await invited('meanwhile@example.com', 'viewer');
    await member(user, { role: 'member' });
    expect((await user.post('/v1/invitations/join', { token })).status).toBe(200);
    expect((await user.get('/v1/me')).body['workspaces']).toMatchObject([{ role: 'member' }]);
  });

  it('joins no workspace when an administrator invites to the installation only', async () => {
    const { status, body } = await tidings.api.post<Invitation>('/v1/invitations', {
      email: 'no-workspace@example.com',
      name: 'Proposed',
    });
    expect(status).toBe(201);
    expect((await openOf(tidings.api, '')).map(({ email }) => email)).toEqual(['no-workspace@example.com']);
    const accepted = await accept(tokenIn(body.url));
    expect(accepted.body.user.name).toBe('Proposed');
    const api = Object.assign(visitor(), { token: accepted.body.accessToken });
    expect((await api.get('/v1/me')).body['workspaces']).toEqual([]);
  });

  it('gets a mail when there is a mail server, and then the inviter sees no link', async () => {
    const mails: MailServer = await startMailServer();
    const own = await startTidings({ SMTP_URL: mails.url, SMTP_FROM: 'Tidings <tidings@example.com>' });
    try {
      const wanted = { email: 'mailed@example.com', workspaceId: own.workspaceId };
      const { body } = await own.api.post<Invitation>('/v1/invitations', wanted);
      expect([body.mailed, body.role, body.url]).toEqual([true, 'member', undefined]);
      const [mail] = await eventually('the mail is sent', () => mails.received.length > 0 && mails.received);
      expect(mail?.recipients).toEqual(['mailed@example.com']);
      expect(mail?.headers).toContain('Subject: Administrator invites you to the workspace Demo');
      const token = tokenIn(mail?.content);
      expect((await new Api(own.url).post('/v1/invitations/accept', { token, password: PASSWORD })).status).toBe(201);
    } finally {
      await own.stop();
      await mails.close();
    }
  });
});

describe('an invitation', () => {
  it('is accepted once, also by two at the same time', async () => {
    const { token } = await invited('races@example.com');
    const statuses = (await Promise.all([accept(token), accept(token), accept(token)])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.every((status) => [201, 404, 409].includes(status))).toBe(true);
  });

  it('is void when it is revoked, replaced or expired', async () => {
    const { id, token: revoked } = await invited('revoked@example.com');
    expect((await tidings.api.delete(`/v1/invitations/${id}`)).status).toBe(204);
    expect((await tidings.api.delete(`/v1/invitations/${id}`)).body['code']).toBe('invitation.not-found');
    const { token: replaced } = await invited('replaced@example.com');
    const { token: valid } = await invited('replaced@example.com');
    const { id: expiredId, token: expired } = await invited('expired@example.com');
    const database = tidings.app.get(Database);
    await database.query('UPDATE invitations SET expires_at = now() WHERE id = $1', [expiredId]);
    for (const token of [revoked, replaced, expired, 'x'.repeat(43), ''])
      expect((await accept(token)).body.code).toBe('invitation.invalid');
    expect((await visitor().post('/v1/invitations/look', { token: expired })).status).toBe(404);
    expect((await accept(valid)).status).toBe(201);
  });

  it('tells whether the address has an account only to the holder of a token that is still valid', async () => {
    await signUp(tidings.api, 'asked-about@example.com');
    const look = (token: string) => visitor().post('/v1/invitations/look', { token });
    const { id, token } = await invited('asked-about@example.com');
    expect((await look(token)).body['hasAccount']).toBe(true);
    await tidings.api.delete(`/v1/invitations/${id}`);
    const { token: used } = await invited('without-account@example.com');
    expect((await accept(used)).status).toBe(201);
    for (const ended of [token, used, 'x'.repeat(43)]) {
      const { status, body } = await look(ended);
      expect([status, body['code'], 'hasAccount' in body]).toEqual([404, 'invitation.invalid', false]);
    }
  });

  it('is in the audit trail from its creation to the member, without its token', async () => {
    const { id, token } = await invited('audited@example.com');
    const { body } = await accept(token);
    const { id: revokedId } = await invited('audited-too@example.com');
    await tidings.api.delete(`/v1/invitations/${revokedId}`);
    const audit = await tidings.api.get<{ items: { action: string; target: string; after: object }[] }>(
      `/v1/workspaces/${tidings.workspaceId}/audit?limit=100`,
    );
    const of = (target: string) =>
      audit.body.items.filter((item) => item.target === target).map(({ action }) => action);
    expect(of(id).toSorted()).toEqual(['invitation.accepted', 'invitation.created']);
    expect(of(revokedId).toSorted()).toEqual(['invitation.created', 'invitation.revoked']);
    expect(of(body.user.id)).toEqual(['member.added']);
    expect(JSON.stringify(audit.body)).not.toContain(token);
  });

  it('refuses a password that is too short and a name that is empty, and stays valid', async () => {
    const { token } = await invited('typo@example.com');
    expect((await accept(token, { password: 'short' })).status).toBe(400);
    expect((await accept(token, { name: ' ' })).status).toBe(400);
    expect((await accept(token)).status).toBe(201);
  });
});

describe('the rights of an inviter', () => {
  const codeOf = async (answer: Promise<{ status: number; body: { code?: string } }>) => {
    const { status, body } = await answer;
    return [status, body.code];
  };

  it('bound the invitation: a manager with the rights of a viewer invites viewers only', async () => {
    expect((await invite(manager, 'by-manager@example.com', 'viewer')).status).toBe(201);
    expect(await codeOf(invite(manager, 'x@example.com', 'member'))).toEqual([403, 'permission.denied']);
    expect(await codeOf(invite(manager, 'x@example.com', 'owner'))).toEqual([403, 'member.owner-required']);
    expect(await codeOf(invite(manager, 'x@example.com', 'nonesuch'))).toEqual([400, 'role.unknown']);
    const withoutWorkspace = manager.post<Invitation>('/v1/invitations', { email: 'x@example.com' });
    expect(await codeOf(withoutWorkspace)).toEqual([403, 'auth.admin-required']);
  });

  it('are those at the time of acceptance', async () => {
    const demoted = await signUp(tidings.api, 'demoted@example.com');
    await member(demoted, RIGHTS_OF_MANAGER);
    const { token } = await invited('of-demoted@example.com', 'viewer', demoted);
    await member(demoted, { role: 'viewer' });
    expect(await codeOf(accept(token))).toEqual([403, 'invitation.inviter-lacks-rights']);
    await member(demoted, RIGHTS_OF_MANAGER);
    await tidings.api.patch(`/v1/users/${demoted.userId}`, { disabled: true });
    expect(await codeOf(accept(token))).toEqual([404, 'invitation.invalid']);
  });

  it('hide the invitations of a workspace from others, and those of the installation from all but administrators', async () => {
    const stranger = await signUp(tidings.api, 'stranger@example.com');
    const viewer = await signUp(tidings.api, 'viewer@example.com');
    await member(viewer, { role: 'viewer' });
    const { id } = await invited('hidden@example.com');
    const query = `?workspaceId=${tidings.workspaceId}`;
    expect(await codeOf(stranger.get(`/v1/invitations${query}`))).toEqual([404, 'workspace.not-found']);
    expect(await codeOf(viewer.get(`/v1/invitations${query}`))).toEqual([403, 'permission.denied']);
    expect(await codeOf(manager.get('/v1/invitations'))).toEqual([403, 'auth.admin-required']);
    expect(await codeOf(stranger.delete(`/v1/invitations/${id}`))).toEqual([404, 'invitation.not-found']);
    expect(await codeOf(viewer.delete(`/v1/invitations/${id}`))).toEqual([403, 'permission.denied']);
    expect(await codeOf(invite(stranger, 'x@example.com'))).toEqual([404, 'workspace.not-found']);
    expect((await openOf(manager)).map((invitation) => invitation.id)).toContain(id);
    expect(JSON.stringify(await openOf(manager))).not.toContain('#');
  });

  it('do not suffice with an API key', async () => {
    const created = await tidings.api.post('/v1/api-keys', { name: 'a key', scopes: ['members:manage'] });
    const key = Object.assign(visitor(), { token: String(created.body['key']) });
    expect(await codeOf(invite(key, 'x@example.com'))).toEqual([403, 'auth.person-required']);
  });

  it('do not reach a member of the workspace, nor an account of the installation', async () => {
    expect(await codeOf(invite(tidings.api, 'manager@example.com'))).toEqual([409, 'invitation.already-member']);
    const account = tidings.api.post<Invitation>('/v1/invitations', { email: 'manager@example.com' });
    expect(await codeOf(account)).toEqual([409, 'user.email-taken']);
  });
});

describe('an address that is not proven', () => {
  const meOf = async (sub: string, email: string) => {
    // Later than any credential that a test has just ended.
    const claims = { email, email_verified: true, iat: Math.floor(Date.now() / 1_000) + 2 };
    const api = Object.assign(visitor(), { token: issuer.token(sub, { claims }) });
    return (await api.get<{ user: { id: string } }>('/v1/me')).body.user.id;
  };

  it('links no issuer to an account that a member of a workspace has prepared', async () => {
    const { token } = await invited('ceo@example.com', 'viewer', manager);
    const prepared = await accept(token);
    expect(prepared.status).toBe(201);
    expect(await meOf('ceo', 'ceo@example.com')).not.toBe(prepared.body.user.id);
  });

  it('links the issuer when an administrator has passed the link on', async () => {
    const { token } = await invited('cfo@example.com');
    const { body } = await accept(token);
    expect(await meOf('cfo', 'cfo@example.com')).toBe(body.user.id);
  });

  it('is proven by a mail to set a new password, which ends all credentials of the account', async () => {
    const { token } = await invited('cto@example.com', 'viewer', manager);
    const { body } = await accept(token);
    const holder = Object.assign(visitor(), { token: body.accessToken });
    const scopes = ['tasks:read'];
    const key = Object.assign(visitor(), {
      token: String((await holder.post('/v1/api-keys', { name: 'kept', scopes })).body['key']),
    });
    expect((await key.get('/v1/me')).status).toBe(200);
    const link = await tidings.api.post('/v1/password-resets', { userId: body.user.id });
    // As after a mail that the server accepted.
    await tidings.app.get(Database).query('UPDATE password_resets SET mailed = true');
    const reset = { token: tokenIn(link.body['url']), password: 'a pass phrase of the real one' };
    expect((await visitor().post('/v1/password-resets/complete', reset)).status).toBe(204);
    expect((await holder.get('/v1/me')).status).toBe(401);
    expect((await key.get('/v1/me')).status).toBe(401);
    expect(await meOf('cto', 'cto@example.com')).toBe(body.user.id);
  });
});
