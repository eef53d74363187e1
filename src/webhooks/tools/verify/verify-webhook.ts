import { Injectable } from '@nestjs/common';
import { databaseNow } from '../../../platform/clock/database-clock.js';
import { Providers } from '../../providers/providers.js';
import { readSecret } from '../../providers/secret-forms.js';
import { diagnoseSignature, isVerifiedAt } from '../../refusals/diagnose-refusal.js';
import { checkedOptions, requireSecrets } from '../../sources/check-source.js';
import { providerUnknown, sourceSecretsInvalid } from '../../sources/source.errors.js';
import { webhookOf } from '../captured-request.js';
import type { VerifiedResponse, VerifyRequest } from './verify.schemas.js';

/** Fetches nothing: a caller could otherwise have any certificate of a sender fetched. */
const NOTHING_PUBLISHED = {
  read: () => Promise.resolve(undefined),
  readAgain: () => Promise.resolve(undefined),
  open: () => Promise.resolve(false),
};

/** Verifies a captured request as a source with these settings would, and explains a refusal. Stores nothing. */
@Injectable()
export class VerifyWebhook {
  constructor(private readonly providers: Providers) {}

  /** @throws TidingsError source.unknown-provider, source.invalid-options or source.invalid-secrets */
  async run(asked: VerifyRequest): Promise<VerifiedResponse> {
    const provider = this.providers.find(asked.provider);
    if (provider === undefined) throw providerUnknown(`known: ${this.providers.names.join(', ')}`);
    const options = checkedOptions(provider, asked.options);
    const secrets = asked.secret === undefined ? [] : [asked.secret];
    if (provider.secrets === 'required' && secrets.length === 0)
      throw sourceSecretsInvalid(`secret: ${provider.name} needs one`);
    requireSecrets(provider, secrets, options);
    const keys = secrets.flatMap((secret) => {
      const reading = readSecret(provider, secret, options);
      return 'keys' in reading ? reading.keys : [];
    });
    const signed = { provider, options, secrets: keys, publications: NOTHING_PUBLISHED };
    const request = webhookOf(asked);
    const now = new Date(databaseNow());
    if (await isVerifiedAt(signed, request, now))
      return { verified: true, headers: [...(provider.evidence?.headers(options) ?? [])] };
    const { headers, difference, clockOffSeconds, explanation } = (await diagnoseSignature(signed, request, now))
      .detail;
    const known = { ...(difference && { difference }), ...(clockOffSeconds !== undefined && { clockOffSeconds }) };
    return { verified: false, headers: [...headers], ...known, explanation };
  }
}
