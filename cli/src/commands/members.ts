import { answer } from '../api/answer.js';
import { connect, type GlobalOptions } from '../api/connect.js';
import { allMembers, memberNamed, type Member } from '../api/members.js';
import { print, printJson, table } from '../terminal/output.js';

export async function members(_args: readonly string[], options: GlobalOptions): Promise<void> {
  const connection = connect(options);
  const items = await allMembers(connection.api, await connection.workspace());
  if (options.json === true) return printJson({ items });
  print(memberTable(items));
}

type Rights = Pick<Member, 'grant' | 'deny'>;

/** Reads the member and replaces the entry with changed rights. */
const changing =
  (change: (rights: Rights, permission: string) => Rights) =>
  async ([user = '', permission = '']: readonly string[], options: GlobalOptions): Promise<void> => {
    const connection = connect(options);
    const ws = await connection.workspace();
    const member = await memberNamed(connection.api, ws, user);
    const params = { path: { ws, userId: member.userId } };
    const body = { role: member.role, ...change(member, permission) };
    const changed = await answer(connection.api.PUT('/v1/workspaces/{ws}/members/{userId}', { params, body }));
    if (options.json === true) return printJson(changed);
    print(memberTable([changed]));
  };

const without = (all: readonly string[], one: string): string[] => all.filter((other) => other !== one);
const including = (all: readonly string[], one: string): string[] => [...without(all, one), one];

export const grant = changing((rights, permission) => ({
  grant: including(rights.grant, permission),
  deny: without(rights.deny, permission),
}));

export const deny = changing((rights, permission) => ({
  grant: without(rights.grant, permission),
  deny: including(rights.deny, permission),
}));

export const revoke = changing((rights, permission) => ({
  grant: without(rights.grant, permission),
  deny: without(rights.deny, permission),
}));

const memberTable = (items: readonly Member[]): string =>
  table(
    ['E-MAIL', 'ROLE', 'GRANTED', 'DENIED', 'ID'],
    items.map(({ email, role, grant, deny, userId }) => [email, role, grant.join(' '), deny.join(' '), userId]),
  );
