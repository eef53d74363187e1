import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { IdentifyController } from './identify/identify.controller.js';
import { IdentifyWebhook } from './identify/identify-webhook.js';
import { ProvidersController } from './providers.controller.js';
import { SourceTestsController } from './source-tests.controller.js';
import { TestSource } from './test-source.js';
import { VerifyController } from './verify/verify.controller.js';
import { VerifyWebhook } from './verify/verify-webhook.js';

/** Helps to set up sources: lists and recognizes senders, simulates deliveries, and checks signatures. */
@Module({
  imports: [ProvidersModule, SourcesModule, IngestionModule],
  controllers: [ProvidersController, SourceTestsController, IdentifyController, VerifyController],
  providers: [TestSource, IdentifyWebhook, VerifyWebhook],
})
export class ToolsModule {}
