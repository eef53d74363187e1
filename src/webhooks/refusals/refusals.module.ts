import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SecretsModule } from '../../platform/secrets/secrets.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RecordRefusals } from './record-refusals.js';
import { RefusalRetention } from './refusal-retention.js';
import { RefusedRequest } from './refused-request.entity.js';
import { RefusedRequestStore } from './refused-request.store.js';
import { SealedRequests } from './sealed-requests.js';

/** Records refused requests, bounded and sampled. */
@Module({
  imports: [SecretsModule, ProvidersModule, TypeOrmModule.forFeature([RefusedRequest])],
  providers: [RefusedRequestStore, SealedRequests, RecordRefusals],
  exports: [RefusedRequestStore, SealedRequests, RecordRefusals],
})
export class RefusalsModule {}

/** Deletes old refused requests, in a worker. */
@Module({
  imports: [TypeOrmModule.forFeature([RefusedRequest])],
  providers: [RefusedRequestStore, RefusalRetention],
})
export class RefusalRetentionModule {}
