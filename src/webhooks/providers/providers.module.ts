import { Module } from '@nestjs/common';
import { Providers } from './providers.js';

/** Provides the installed providers. */
@Module({ providers: [{ provide: Providers, useFactory: () => Providers.load() }], exports: [Providers] })
export class ProvidersModule {}
