import { Module } from '@nestjs/common';
import { ResealSecrets } from './reseal-secrets.js';
import { SecretBox } from './secret-box.js';
import { SharedSecrets } from './shared-secrets.js';

/** What nobody may read in the database or its backups. A room that stores some declares its table: `defineSealed`. */
@Module({ providers: [SecretBox, ResealSecrets, SharedSecrets], exports: [SecretBox, SharedSecrets] })
export class SecretsModule {}
