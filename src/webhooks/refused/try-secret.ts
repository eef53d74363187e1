import { Injectable } from '@nestjs/common';
import { readSecret } from '../providers/secret-forms.js';
import { diagnoseSignature, isVerifiedAt } from '../refusals/diagnose-refusal.js';
import type { RefusedRequest } from '../refusals/refused-request.entity.js';
import { RefusedRequestStore } from '../refusals/refused-request.store.js';
import { SealedRequests } from '../refusals/sealed-requests.js';
import { requireSecrets } from '../sources/check-source.js';
import { LiveSources } from '../sources/live-sources.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { refusalBodyIncomplete, refusalNotFound } from './refusal.errors.js';
import type { SecretFitResponse, TrySecretRequest } from './refused.schemas.js';

/** Tells whether a secret made the signature of a refused request. Stores and logs nothing. */
@Injectable()
export class TrySecret {
  constructor(
    private readonly refusals: RefusedRequestStore,
    private readonly sealedRequests: SealedRequests,
    private readonly sources: LiveSources,
  ) {}

  /** @throws TidingsError source.not-found, source.invalid-secrets, refusal.not-found or refusal.body-incomplete */
  async run(
    workspaceId: string,
    sourceId: string,
    { secret, refusedId }: TrySecretRequest,
  ): Promise<SecretFitResponse> {
    const source = await this.sources.freshById(workspaceId, sourceId);
    if (source === undefined) throw sourceNotFound();
    requireSecrets(source.provider, [secret], source.options);
    const reading = readSecret(source.provider, secret, source.options);
    const signed = { ...source, secrets: 'keys' in reading ? reading.keys : [] };
    const refused = await this.find(workspaceId, sourceId, refusedId);
    const request = this.sealedRequests.open(refused);
    if (await isVerifiedAt(signed, request, refused.receivedAt)) return { fits: true, refusedId: refused.id };
    const { cause, detail } = await diagnoseSignature(signed, request, refused.receivedAt);
    // The secret made the signature; only the time is wrong.
    const fits = cause === 'stale-timestamp';
    return { fits, refusedId: refused.id, cause, explanation: detail.explanation };
  }

  private async find(workspaceId: string, sourceId: string, id: string | undefined): Promise<RefusedRequest> {
    if (id === undefined) {
      const newest = await this.refusals.findNewest(workspaceId, sourceId);
      if (newest === null) throw refusalNotFound();
      return newest;
    }
    const named = await this.refusals.find(workspaceId, id);
    if (named?.sourceId !== sourceId) throw refusalNotFound();
    if (!named.bodyComplete) throw refusalBodyIncomplete();
    return named;
  }
}
