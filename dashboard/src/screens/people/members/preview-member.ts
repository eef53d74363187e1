import { answer, api, type Schemas } from '../../../api/api.js';
import type { MemberChange } from '../use-changes.js';

/** Asks for the effects of a change of rights; undefined if the call fails, which does not prevent the change. */
export async function previewMember(
  ws: string,
  userId: string,
  { role, grant, deny }: NonNullable<MemberChange['rules']>,
): Promise<Schemas['MemberPreview'] | undefined> {
  const params = { path: { ws, userId } };
  const body = { role, grant: [...grant], deny: [...deny] };
  return answer(api.POST('/v1/workspaces/{ws}/members/{userId}/preview', { params, body })).catch(() => undefined);
}
