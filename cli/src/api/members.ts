import type { components, paths } from '@tidings/server';
import type { Client } from 'openapi-fetch';
import { CliError, EXIT } from '../errors.js';
import { answer } from './answer.js';
import { allOf } from './sources.js';

export type Member = components['schemas']['Member'];

export const allMembers = (api: Client<paths>, ws: string): Promise<Member[]> =>
  allOf((cursor) => {
    const query = { limit: 200, ...(cursor !== undefined && { cursor }) };
    return answer(api.GET('/v1/workspaces/{ws}/members', { params: { path: { ws }, query } }));
  });

/** @param wanted an e-mail address or the id of a user @throws CliError `member.not-found` */
export async function memberNamed(api: Client<paths>, ws: string, wanted: string): Promise<Member> {
  const found = (await allMembers(api, ws)).find(
    ({ userId, email }) => userId === wanted || email.toLowerCase() === wanted.toLowerCase(),
  );
  if (found !== undefined) return found;
  throw new CliError('member.not-found', `${wanted} is not a member of the workspace.`, EXIT.notFound, {
    hint: '`tidings members` lists them.',
  });
}
