import { answer } from '../api/answer.js';
import { connect, type Connection, type GlobalOptions } from '../api/connect.js';
import { requiredOptions, senderNamed } from '../api/senders.js';
import { allSources, sourceNamed, type Source } from '../api/sources.js';
import { CliError, EXIT, usageError } from '../errors.js';
import { print, printJson } from '../terminal/output.js';

export interface TriggerOptions extends GlobalOptions {
  readonly source?: string;
}

export async function trigger([provider = '', event]: readonly string[], options: TriggerOptions): Promise<void> {
  const connection = connect(options);
  const ws = await connection.workspace();
  const sources = await allSources(connection.api, ws);
  if (options.source === undefined && !sources.some((source) => source.provider === provider)) {
    throw await noSource(connection, provider);
  }
  const { id, name } = sourceFor(sources, provider, options.source);
  const params = { path: { ws, id } };
  const body = event === undefined ? {} : { event };
  const sent = await answer(connection.api.POST('/v1/workspaces/{ws}/sources/{id}/test', { params, body }));
  if (options.json === true) return printJson({ sourceId: id, ...sent });
  print(`${name} received ${sent.event}: ${sent.title} (${sent.deliveryId}, signed with ${sent.signedWith})`);
}

function sourceFor(all: readonly Source[], provider: string, wanted: string | undefined): Source {
  const ofProvider = all.filter((source) => source.provider === provider);
  if (wanted !== undefined) {
    const source = sourceNamed(all, wanted);
    if (source.provider === provider) return source;
    throw usageError(`The source ${source.name} is one of ${source.provider}, not of ${provider}.`);
  }
  const [only] = ofProvider;
  if (only !== undefined && ofProvider.length === 1) return only;
  const names = ofProvider.map(({ name }) => name).join(', ');
  throw usageError(`The workspace has ${ofProvider.length} sources of ${provider}.`, `Use --source: ${names}.`);
}

async function noSource(connection: Connection, provider: string): Promise<CliError> {
  const options = requiredOptions(await senderNamed(connection, provider));
  return new CliError('source.not-found', `The workspace has no source of ${provider}.`, EXIT.notFound, {
    hint: `Create one in the dashboard, or with \`tidings listen <port> --make-source ${provider}${options}\`.`,
  });
}
