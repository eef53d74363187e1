import { Module } from '@nestjs/common';
import { ResealSecrets } from './reseal-secrets.js';
import { SecretBox } from './secret-box.js';

/** What nobody may read in the database or its backups. A room that stores some declares its table: `defineSealed`. */
@Module({ providers: [SecretBox, ResealSecrets], exports: [SecretBox] })
export class SecretsModule {}
