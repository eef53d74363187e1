import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Providers } from '../providers/providers.js';
import { OpenDemoSource } from '../contracts/open-demo-source.js';
import { LiveSources } from './live-sources.js';
import { ManageSources } from './manage-sources.js';
import { ResealSecrets } from './reseal-secrets.js';
import { SecretBox } from './secret-box.js';
import { Source } from './source.entity.js';
import { SourcesController } from './sources.controller.js';

/** Senders, their addresses and secrets. */
@Module({
  imports: [TypeOrmModule.forFeature([Source])],
  controllers: [SourcesController],
  providers: [
    { provide: Providers, useFactory: () => Providers.load() },
    SecretBox,
    ResealSecrets,
    LiveSources,
    ManageSources,
    OpenDemoSource,
  ],
  exports: [Providers, LiveSources, OpenDemoSource],
})
export class SourcesModule {}
