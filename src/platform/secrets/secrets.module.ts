import { Module } from '@nestjs/common';
import { ResealSecrets } from './reseal-secrets.js';
import { SecretBox } from './secret-box.js';
import { SharedSecrets } from './shared-secrets.js';

/** Encrypted secrets. A module that stores secrets declares its table with `defineSealed`. */
@Module({ providers: [SecretBox, ResealSecrets, SharedSecrets], exports: [SecretBox, SharedSecrets] })
export class SecretsModule {}
