import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProvidersModule } from '../providers/providers.module.js';
import { SecretsModule } from '../../platform/secrets/secrets.module.js';
import { OpenDemoSource } from '../public/open-demo-source.js';
import { LiveSources } from './live-sources.js';
import { ManageSources } from './manage-sources.js';
import { Source } from './source.entity.js';
import { SourceStore } from './source.store.js';
import { SourcesController } from './sources.controller.js';

/** The webhook sources of a workspace, with their URLs and secrets. */
@Module({
  imports: [ProvidersModule, SecretsModule, TypeOrmModule.forFeature([Source])],
  controllers: [SourcesController],
  providers: [SourceStore, LiveSources, ManageSources, OpenDemoSource],
  exports: [LiveSources, OpenDemoSource],
})
export class SourcesModule {}
