import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { RefusalsModule } from '../refusals/refusals.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { AcceptRefused } from './accept-refused.js';
import { RefusedController } from './refused.controller.js';
import { TrySecret } from './try-secret.js';
import { VerifyRefused } from './verify-refused.js';

/** Lists, shows and accepts refused requests over HTTP. */
@Module({
  imports: [RefusalsModule, SourcesModule, IngestionModule],
  controllers: [RefusedController],
  providers: [AcceptRefused, VerifyRefused, TrySecret],
})
export class RefusedModule {}
