import { answer } from '../api/answer.js';
import { connect, type GlobalOptions } from '../api/connect.js';
import { allSources, sourceNamed } from '../api/sources.js';
import { environment } from '../environment.js';
import { askSecret } from '../terminal/ask.js';
import { note, printJson } from '../terminal/output.js';

export async function setSecret([wanted = '']: readonly string[], options: GlobalOptions): Promise<void> {
  const connection = connect(options);
  const ws = await connection.workspace();
  const { id, name } = sourceNamed(await allSources(connection.api, ws), wanted);
  const secret = environment.secret ?? (await askSecret('Secret'));
  const call = connection.api.PATCH('/v1/workspaces/{ws}/sources/{id}', {
    params: { path: { ws, id } },
    body: { secrets: [secret] },
  });
  const { secrets, warnings } = await answer(call);
  for (const warning of warnings) note(warning);
  if (options.json === true) return printJson({ sourceId: id, secrets, warnings });
  note(`The source ${name} verifies with this secret now. \`tidings refused\` lists what it refused before.`);
}
