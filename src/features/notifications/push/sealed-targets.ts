import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineSealed } from '../../../platform/secrets/define-sealed.js';
import { SecretBox } from '../../../platform/secrets/secret-box.js';
import type { PushTarget } from './push-service.js';

defineSealed('push_subscriptions');

const sealedTarget = z.object({ endpoint: z.string(), p256dh: z.string().nullable(), auth: z.string().nullable() });

/**
 * Seals targets: an endpoint with its keys is enough to push forged messages, so the database stores neither in plain
 * text.
 */
@Injectable()
export class SealedTargets {
  constructor(private readonly secretBox: SecretBox) {}

  seal({ endpoint, p256dh, auth }: PushTarget, subscriptionId: string): string[] {
    return [this.secretBox.seal(JSON.stringify({ endpoint, p256dh, auth }), subscriptionId)];
  }

  /** @throws Error when no key opens the target */
  open([sealed = '']: readonly string[], subscriptionId: string): PushTarget {
    return sealedTarget.parse(JSON.parse(this.secretBox.open(sealed, subscriptionId)));
  }
}

/** Identifies an endpoint. Endpoints are long and random, so that the hash does not reveal them. */
export const hashOf = (endpoint: string): Buffer => createHash('sha256').update(endpoint).digest();
