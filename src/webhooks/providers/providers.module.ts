import { Module } from '@nestjs/common';
import { OutboundModule } from '../../platform/http/outbound/outbound.module.js';
import { Providers } from './providers.js';
import { ReadPublications } from './read-publications.js';

const providers = {
  provide: Providers,
  inject: [ReadPublications],
  useFactory: (publications: ReadPublications) => Providers.load(publications),
};

/** Provides the installed providers, and the texts that senders publish. */
@Module({ imports: [OutboundModule], providers: [ReadPublications, providers], exports: [Providers] })
export class ProvidersModule {}
