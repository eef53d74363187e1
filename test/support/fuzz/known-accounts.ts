import { Api, signUp } from '../api.js';
import { ADMIN, type RunningTidings } from '../app.js';
import { tokenIn } from '../linked-token.js';

const SESSIONS = 12;

/** Signs the user in once more for each id. @returns the ids of these sessions */
export async function sessionsOf(
  { api, url }: RunningTidings,
  login: { readonly email: string; readonly password: string },
  path: string,
): Promise<string[]> {
  for (let count = 0; count < SESSIONS; count++) await new Api(url).post('/v1/auth/login', login);
  const { body } = await api.get<{ items: Array<{ id: string; current?: boolean }> }>(path);
  return body.items.filter(({ current }) => current !== true).map(({ id }) => id);
}

/** @returns the id of a workspace that its owner has deleted */
export async function deletedWorkspace({ api }: RunningTidings): Promise<string> {
  const { body } = await api.post<{ id: string }>('/v1/workspaces', { name: 'Deleted' });
  await api.delete(`/v1/workspaces/${body.id}?confirm=Deleted`);
  return body.id;
}

/** @returns a workspace of the administrator's with a member that it can be transferred to */
export async function transferableWorkspace({ api }: RunningTidings) {
  const heir = await signUp(api, 'heir@example.com');
  const { body } = await api.post<{ id: string }>('/v1/workspaces', { name: 'To transfer' });
  await api.put(`/v1/workspaces/${body.id}/members/${heir.userId}`, { role: 'member' });
  return { id: body.id, heirId: heir.userId };
}

/** Makes links for one call each: to accept an invitation, to join by one, and to set a new password. */
export async function linksOf({ api, workspaceId }: Pick<RunningTidings, 'api' | 'workspaceId'>) {
  const accepted = await api.post('/v1/invitations', { email: 'accepts@example.com', workspaceId });
  const looked = await api.post('/v1/invitations', { email: 'looks@example.com', workspaceId });
  const resets = await signUp(api, 'resets@example.com');
  const reset = await api.post('/v1/password-resets', { userId: resets.userId });
  // The administrator is invited to a workspace of another owner.
  const owner = await signUp(api, 'owns@example.com');
  const { body: other } = await api.post('/v1/workspaces', { name: 'Of another owner' });
  await api.put(`/v1/workspaces/${String(other['id'])}/members/${owner.userId}`, { role: 'owner' });
  await owner.delete(`/v1/workspaces/${String(other['id'])}/members/${api.userId}`);
  const joined = await owner.post('/v1/invitations', { email: ADMIN.email, workspaceId: other['id'] });
  return {
    accept: tokenIn(accepted.body['url']),
    look: tokenIn(looked.body['url']),
    reset: tokenIn(reset.body['url']),
    join: tokenIn(joined.body['url']),
  };
}

/** Makes a device for each call of the sign-in of devices. */
export async function devicesOf({ api, url }: Pick<RunningTidings, 'api' | 'url'>) {
  const begin = async () => {
    const { body } = await new Api(url).post<{ deviceCode: string; userCode: string }>('/v1/auth/device', {});
    return body;
  };
  const approved = await begin();
  await api.post('/v1/auth/device/approve', { userCode: approved.userCode });
  const [look, approve, refuse] = [await begin(), await begin(), await begin()];
  return {
    look: look.userCode,
    approve: approve.userCode,
    refuse: refuse.userCode,
    approved: approved.deviceCode,
  };
}
