import { randomBytes } from 'node:crypto';
import { answer } from '../api/answer.js';
import type { Connection } from '../api/connect.js';
import { optionsFrom, requiredOptions, senderNamed, type Sender } from '../api/senders.js';
import { allSources, type Source } from '../api/sources.js';
import { usageError } from '../errors.js';
import { clean, note } from '../terminal/output.js';

export interface WantedSource {
  readonly provider: string;
  readonly name: string;
  /** Options of the provider, as `name=value`. */
  readonly options: readonly string[];
}

/**
 * The source of that name, which is created unless there is one. A secret that the receiver chooses is shown once, for
 * the sender and for the local server; one that the sender makes is set later.
 */
export async function makeSource(connection: Connection, ws: string, wanted: WantedSource): Promise<Source> {
  const { provider, name } = wanted;
  const existing = (await allSources(connection.api, ws)).find((source) => source.name === name);
  if (existing !== undefined && existing.provider !== provider) {
    throw usageError(`The source ${name} is one of ${existing.provider}.`, 'Choose another name with --source.');
  }
  const sender = await senderNamed(connection, provider);
  if (existing !== undefined) {
    if (lacksSecret(sender, existing)) tellMissingSecret(sender, existing);
    return existing;
  }
  const options = optionsFrom(sender, wanted.options);
  const missing = requiredOptions(sender, options);
  if (missing !== '') throw usageError(`A source of ${provider} needs options.`, hintOf(sender, missing));
  const secret = chosenSecret(sender);
  const body = { name, provider, secrets: secret === undefined ? [] : [secret], options };
  const source = await answer(connection.api.POST('/v1/workspaces/{ws}/sources', { params: { path: { ws } }, body }));
  note(`Created the source ${name}. Configure at ${sender.label}:`);
  note(`  URL     ${source.url}`);
  if (secret !== undefined) note(`  secret  ${secret}   (shown once; the local server needs it too)`);
  for (const [place, step] of (sender.setup?.steps ?? []).entries()) {
    note(`  ${place + 1}. ${plain(step).replaceAll('{url}', source.url)}`);
  }
  if (lacksSecret(sender, source)) tellMissingSecret(sender, source);
  return source;
}

const lacksSecret = ({ secretFrom }: Sender, { secrets }: Source): boolean => secretFrom !== null && secrets === 0;

function tellMissingSecret({ setup, label }: Sender, { name }: Source): void {
  note(`The source has no secret yet and refuses all requests. ${plain(setup?.secret ?? `${label} shows it.`)}`);
  note(`Add the secret with: tidings set-secret ${/^[\w./-]+$/.test(name) ? name : `'${name}'`}`);
}

/** The first step of some senders says where the value of an option comes from. */
const hintOf = ({ setup }: Sender, missing: string): string =>
  `Add for example${missing}. ${plain(setup?.steps[0] ?? '')}`.trim();

/** @returns undefined if the sender makes the secret, or there is none */
function chosenSecret({ secretFrom, proof }: Sender): string | undefined {
  if (secretFrom !== 'receiver' && secretFrom !== 'either') return undefined;
  const random = randomBytes(32).toString('base64url');
  return proof === 'password' ? `tidings:${random}` : random;
}

/** Markdown without its marks. */
const plain = (text: string): string => clean(text.replaceAll(/\*\*|`/g, ''));
