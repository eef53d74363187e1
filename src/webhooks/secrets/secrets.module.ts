import { Module } from '@nestjs/common';
import { ResealSecrets } from './reseal-secrets.js';
import { SecretBox } from './secret-box.js';

/** Webhook secrets at rest: those of senders, and those that we sign with. */
@Module({ providers: [SecretBox, ResealSecrets], exports: [SecretBox] })
export class SecretsModule {}
