import { Module } from '@nestjs/common';
import { OutboundRequests } from './outbound-requests.js';

/** Requests to addresses that users have given us. */
@Module({ providers: [OutboundRequests], exports: [OutboundRequests] })
export class OutboundModule {}
