import { Injectable } from '@nestjs/common';
import type { WebhookRequest } from '../providers/provider.js';
import { diagnoseSignature, isVerifiedAt } from '../refusals/diagnose-refusal.js';
import type { RefusedRequest } from '../refusals/refused-request.entity.js';
import { SealedRequests } from '../refusals/sealed-requests.js';
import { LiveSources, type LiveSource } from '../sources/live-sources.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { refusalBodyIncomplete, refusalNotVerified } from './refusal.errors.js';

/** Verifies a refused request again, with today's secrets, as of the time it was received. */
@Injectable()
export class VerifyRefused {
  constructor(
    private readonly sealedRequests: SealedRequests,
    private readonly sources: LiveSources,
  ) {}

  /** @throws TidingsError source.not-found, refusal.body-incomplete, or refusal.not-verified with the cause */
  async run(refused: RefusedRequest): Promise<{ source: LiveSource; request: WebhookRequest }> {
    const source = await this.sources.freshById(refused.workspaceId, refused.sourceId);
    if (source?.enabled !== true) throw sourceNotFound();
    if (!refused.bodyComplete) throw refusalBodyIncomplete();
    const request = this.sealedRequests.open(refused);
    if (await isVerifiedAt(source, request, refused.receivedAt)) return { source, request };
    const { cause, detail } = await diagnoseSignature(source, request, refused.receivedAt);
    throw refusalNotVerified(`${cause}: ${detail.explanation}`);
  }
}
