import { randomBytes } from 'node:crypto';
import { answer } from '../api/answer.js';
import type { Connection } from '../api/connect.js';
import { allSources, type Source } from '../api/sources.js';
import { usageError } from '../errors.js';
import { note } from '../terminal/output.js';

/**
 * The source `listen-<provider>`, or one with another name, which is created unless there is one. Its secret is shown
 * once, for the sender and for the local server.
 */
export async function makeSource(connection: Connection, ws: string, provider: string, name: string): Promise<Source> {
  const existing = (await allSources(connection.api, ws)).find((source) => source.name === name);
  if (existing !== undefined) {
    if (existing.provider === provider) return existing;
    throw usageError(`The source ${name} is one of ${existing.provider}.`, 'Choose another name with --source.');
  }
  const { items } = await answer(connection.api.GET('/v1/providers'));
  const sender = items.find((one) => one.name === provider);
  if (sender === undefined) {
    throw usageError(`There is no sender ${provider}.`, `Known: ${items.map((one) => one.name).join(', ')}.`);
  }
  // Senders that choose the secret themselves refuse this form; then the source has to be made with their secret.
  const secrets = sender.secrets === 'required' ? [`whsec_${randomBytes(24).toString('base64')}`] : [];
  const body = { name, provider, secrets };
  const source = await answer(connection.api.POST('/v1/workspaces/{ws}/sources', { params: { path: { ws } }, body }));
  note(`Created the source ${name}. Configure at ${sender.label}:`);
  note(`  URL     ${source.url}`);
  if (secrets[0] !== undefined) note(`  secret  ${secrets[0]}   (shown once; the local server needs it too)`);
  return source;
}
