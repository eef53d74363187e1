import { answer, api, type Schemas } from '../../../api/api.js';
import type { MemberChange } from '../use-changes.js';

/** What a change of rights would close; undefined if it cannot be told, which does not prevent the change. */
export async function previewMember(
  ws: string,
  userId: string,
  { role, grant, deny }: NonNullable<MemberChange['rules']>,
): Promise<Schemas['MemberPreview'] | undefined> {
  const params = { path: { ws, userId } };
  const body = { role, grant: [...grant], deny: [...deny] };
  return answer(api.POST('/v1/workspaces/{ws}/members/{userId}/preview', { params, body })).catch(() => undefined);
}
