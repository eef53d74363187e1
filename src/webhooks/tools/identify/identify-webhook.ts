import { Injectable } from '@nestjs/common';
import { Access } from '../../../access/public/access.js';
import type { Principal } from '../../../identity/public/principal.js';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import type { WebhookRequest } from '../../providers/provider.js';
import { Providers } from '../../providers/providers.js';
import { readSecret } from '../../providers/secret-forms.js';
import { WEBHOOKS_READ } from '../../public/webhooks.declarations.js';
import type { Source } from '../../sources/source.entity.js';
import { sourceNotFound } from '../../sources/source.errors.js';
import { SourceStore } from '../../sources/source.store.js';
import { webhookOf } from '../captured-request.js';
import { adviceFor } from './advice.js';
import { FindCandidates, type Candidate } from './find-candidates.js';
import { confirmScheme, guessScheme, type GuessedScheme } from './guess-scheme.js';
import type { IdentifiedResponse, IdentifyRequest, ShownCandidate } from './identify.schemas.js';
import { profileOf } from './sender-profile.js';

const HIGH = 4;
const MEDIUM = 2;

/** Recognizes the sender of a request. Stores and logs nothing. */
@Injectable()
export class IdentifyWebhook {
  /** Made with the first call: the examples of all senders are signed once. */
  private finder: Promise<FindCandidates> | undefined;

  constructor(
    private readonly access: Access,
    private readonly sources: SourceStore,
    private readonly providers: Providers,
  ) {}

  /** @throws TidingsError source.not-found for a source that the caller can't read */
  async run(caller: Principal, asked: IdentifyRequest): Promise<IdentifiedResponse> {
    const source = asked.sourceId === undefined ? undefined : await this.sourceFor(caller, asked.sourceId);
    this.finder ??= this.makeFinder();
    const request = webhookOf(asked);
    const found = (await this.finder).of(request);
    const fitting = asked.secret === undefined ? undefined : await firstThatFits(found, request, asked.secret, source);
    const candidates = found.map((candidate) => shown(candidate, fitting)).toSorted(certainFirst);
    const isKnown = candidates.some(({ confidence }) => confidence === 'certain' || confidence === 'high');
    const guess = isKnown ? undefined : guessScheme(request);
    const confirmed = guess && asked.secret && confirmScheme(guess, request, asked.secret);
    const scheme = this.acceptable(confirmed || guess);
    return {
      candidates,
      scheme: scheme ?? null,
      schemeConfirmed: Boolean(confirmed),
      advice: adviceFor({ candidates, scheme, isConfirmed: Boolean(confirmed), source, secret: asked.secret, fitting }),
    };
  }

  private async sourceFor(caller: Principal, id: string): Promise<Source> {
    const source = await this.sources.findAnywhere(id);
    if (source === null || !(await this.access.allows(caller, source.workspaceId, WEBHOOKS_READ)))
      throw sourceNotFound();
    return source;
  }

  private async makeFinder(): Promise<FindCandidates> {
    const profiles = await Promise.all(this.providers.all.map(profileOf));
    return new FindCandidates(profiles.filter((profile) => profile !== undefined));
  }

  /** Undefined if the generic provider would refuse the options. */
  private acceptable(guess: GuessedScheme | undefined): Record<string, unknown> | undefined {
    if (guess === undefined) return undefined;
    const isValid = this.providers.find('hmac')?.options?.safeParse(guess).success === true;
    return isValid ? { ...guess } : undefined;
  }
}

/** As of the time that the sender signed: the request may be older than its window. Nothing is fetched. */
async function firstThatFits(
  candidates: readonly Candidate[],
  request: WebhookRequest,
  secret: string,
  source: Source | undefined,
): Promise<Candidate | undefined> {
  for (const candidate of candidates) {
    const { provider } = candidate.profile;
    const options = source?.provider === provider.name ? source.options : provider.options?.safeParse({}).data;
    if (provider.options !== undefined && options === undefined) continue;
    const reading = readSecret(provider, secret, options ?? {});
    if ('problem' in reading) continue;
    const signedAt = provider.evidence?.signedAt?.(request, options ?? {});
    const now = new Date(signedAt ?? databaseNow());
    if (await provider.verify(request, { secrets: reading.keys, options: options ?? {}, now })) return candidate;
  }
  return undefined;
}

function shown(candidate: Candidate, fitting: Candidate | undefined): ShownCandidate {
  const { profile, score, because } = candidate;
  const isCertain = candidate === fitting;
  return {
    provider: profile.provider.name,
    label: profile.label,
    confidence: isCertain ? 'certain' : score >= HIGH ? 'high' : score >= MEDIUM ? 'medium' : 'low',
    because: [...(isCertain ? ['the secret made its signature'] : []), ...because],
  };
}

const certainFirst = (a: ShownCandidate, b: ShownCandidate): number =>
  Number(b.confidence === 'certain') - Number(a.confidence === 'certain');
