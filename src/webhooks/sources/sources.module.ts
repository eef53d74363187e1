import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ProvidersModule } from '../providers/providers.module.js';
import { SecretsModule } from '../../platform/secrets/secrets.module.js';
import { OpenDemoSource } from '../public/open-demo-source.js';
import { AdoptSecret } from './adopt-secret.js';
import { LiveSources } from './live-sources.js';
import { ManageSources } from './manage-sources.js';
import { NoteActivity } from './note-activity.js';
import { ShowSources } from './show-sources.js';
import { SourceSecrets } from './source-secrets.js';
import { SourceActivity } from './source-activity.entity.js';
import { SourceActivityStore } from './source-activity.store.js';
import { Source } from './source.entity.js';
import { SourceStore } from './source.store.js';
import { SourcesController } from './sources.controller.js';

/** The webhook sources of a workspace, with their URLs and secrets. */
@Module({
  imports: [ProvidersModule, SecretsModule, TypeOrmModule.forFeature([Source, SourceActivity])],
  controllers: [SourcesController],
  providers: [
    SourceStore,
    SourceActivityStore,
    NoteActivity,
    LiveSources,
    ManageSources,
    ShowSources,
    SourceSecrets,
    AdoptSecret,
    OpenDemoSource,
  ],
  exports: [LiveSources, NoteActivity, AdoptSecret, OpenDemoSource, SourceStore],
})
export class SourcesModule {}
