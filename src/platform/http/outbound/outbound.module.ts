import { Module } from '@nestjs/common';
import { OutboundRequests } from './outbound-requests.js';

/** Requests to URLs that users have entered. */
@Module({ providers: [OutboundRequests], exports: [OutboundRequests] })
export class OutboundModule {}
