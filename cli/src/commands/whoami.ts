import { answer } from '../api/answer.js';
import { connect, type GlobalOptions } from '../api/connect.js';
import { facts, print, printJson, table } from '../terminal/output.js';

export async function whoami(_args: readonly string[], options: GlobalOptions): Promise<void> {
  const { api, url, profile } = connect(options);
  const me = await answer(api.GET('/v1/me'));
  if (options.json === true) return printJson({ profile, url, ...me });
  const { user, workspaces } = me;
  const kind = user.isAdmin ? `${user.name}, administrator of the installation` : user.name;
  print(
    facts([
      ['server', url],
      ['profile', profile],
      ['user', `${user.email} (${kind})`],
    ]),
  );
  const rows = workspaces.map(({ id, name, role, permissions }) => [name, id, role, permissions.join(' ')]);
  print(`\n${table(['WORKSPACE', 'ID', 'ROLE', 'PERMISSIONS'], rows)}`);
}
