import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineSealed } from '../../../platform/secrets/define-sealed.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import type { PushTarget } from './push-service.js';

defineSealed('push_subscriptions');

const sealedTarget = z.object({ endpoint: z.string(), p256dh: z.string().nullable(), auth: z.string().nullable() });

/** Whoever has an endpoint with its keys can push to that screen what looks like ours: the database has neither. */
@Injectable()
export class SealedTargets {
  constructor(private readonly secretBox: SecretBox) {}

  seal({ endpoint, p256dh, auth }: PushTarget, subscriptionId: string): string[] {
    return [this.secretBox.seal(JSON.stringify({ endpoint, p256dh, auth }), subscriptionId)];
  }

  /** @throws Error when no key opens it */
  open([sealed = '']: readonly string[], subscriptionId: string): PushTarget {
    return sealedTarget.parse(JSON.parse(this.secretBox.open(sealed, subscriptionId)));
  }
}

/** Tells one endpoint from another. The push services make them so long and random that nobody finds one by its hash. */
export const hashOf = (endpoint: string): Buffer => createHash('sha256').update(endpoint).digest();
