import { databaseNow } from '../../platform/clock/database-clock.js';
import {
  publicationsOf,
  signedRequest,
  type ProviderExample,
  type ProviderFixtures,
  type SignedRequest,
} from '../providers/fixtures.js';
import type { Options } from '../providers/provider.js';
import { readSecret } from '../providers/secret-forms.js';
import type { LiveSource } from '../sources/live-sources.js';
import { freshExample } from './fresh-example.js';

/** The key that signed a simulated delivery: `test key` for a sender whose private key only the sender has. */
export type SignedWith = 'source secret' | 'test key' | 'nothing';

export interface SignedExample {
  readonly request: SignedRequest;
  readonly signedWith: SignedWith;
}

type Signing = Pick<LiveSource, 'provider' | 'options' | 'keysBySecret'>;

interface Attempt {
  readonly signedWith: SignedWith;
  readonly secret: string;
  /** With which the request must verify. */
  readonly secrets: readonly string[];
  readonly options: Options;
}

/**
 * Signs a fresh copy of the example as the sender does for this source, and verifies it.
 * @param url of the source
 * @returns undefined if the simulation can't make a request that the options of the source accept
 */
export async function signExample(
  source: Signing,
  fixtures: ProviderFixtures,
  example: ProviderExample,
  url: string,
): Promise<SignedExample | undefined> {
  const now = new Date(databaseNow());
  const publications = publicationsOf(fixtures);
  const fresh = freshExample({ provider: source.provider, fixtures }, example);
  for (const { signedWith, secret, secrets, options } of attemptsOf(source, fixtures)) {
    const request = attempted(() => signedRequest(fixtures, fresh, { secret, now, url, options }));
    if (request === undefined) continue;
    const context = { secrets, options, now, publications };
    if (await source.provider.verify(request, context)) return { request, signedWith };
  }
  return undefined;
}

function* attemptsOf({ provider, options, keysBySecret }: Signing, fixtures: ProviderFixtures): Generator<Attempt> {
  const usesPublishedKey = fixtures.publications !== undefined;
  const [first] = keysBySecret;
  if (first === undefined) {
    yield { signedWith: usesPublishedKey ? 'test key' : 'nothing', secret: '', secrets: [], options };
  }
  for (const secret of first?.keys ?? []) {
    yield { signedWith: usesPublishedKey ? 'test key' : 'source secret', secret, secrets: first?.keys ?? [], options };
  }
  const [secret] = fixtures.secrets;
  if (secret === undefined) return;
  const reading = readSecret(provider, secret, options);
  const secrets = 'keys' in reading ? reading.keys : [secret];
  yield { signedWith: 'test key', secret, secrets, options };
}

/** The fixtures of a sender need not know what to do with the public key of another. */
function attempted<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
