import { answer, api, type Schemas } from '../../api/api.js';
import type { MemberChange } from './use-changes.js';

export type Preview = Schemas['RightsChangePreview'];

/** Asks for the effects of a change of a member; undefined if the call fails, which does not prevent the change. */
export async function previewMember(
  ws: string,
  { userId, rules }: Pick<MemberChange, 'userId' | 'rules'>,
): Promise<Preview | undefined> {
  const params = { path: { ws, userId } };
  if (rules === undefined) {
    const asked = api.POST('/v1/workspaces/{ws}/members/{userId}/removal-preview', { params });
    return answer(asked).catch(() => undefined);
  }
  const { role, grant, deny } = rules;
  const body = { role, grant: [...grant], deny: [...deny] };
  return answer(api.POST('/v1/workspaces/{ws}/members/{userId}/preview', { params, body })).catch(() => undefined);
}

/** The same for the permissions of a custom role. */
export async function previewRole(
  ws: string,
  name: string,
  permissions: readonly string[],
): Promise<Preview | undefined> {
  const params = { path: { ws, name } };
  const body = { permissions: [...permissions] };
  return answer(api.POST('/v1/workspaces/{ws}/roles/{name}/preview', { params, body })).catch(() => undefined);
}

/** Whether a change ends something that is open, as far as the nodes answered. */
export const closesAny = ({ closes, missingNodes, permissions }: Preview): boolean =>
  closes.subscriptions + closes.documents > 0 || (missingNodes.length > 0 && permissions.lost.length > 0);
