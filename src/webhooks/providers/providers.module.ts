import { Module } from '@nestjs/common';
import { Providers } from './providers.js';

/** The senders that this installation knows. */
@Module({ providers: [{ provide: Providers, useFactory: () => Providers.load() }], exports: [Providers] })
export class ProvidersModule {}
