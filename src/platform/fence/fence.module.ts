import { Global, Module } from '@nestjs/common';
import { FenceNode } from './fence-node.js';
import { Fence } from './fence.js';

/** Makes changes of rights effective on every node before the response is sent. */
@Global()
@Module({ providers: [Fence, FenceNode], exports: [Fence, FenceNode] })
export class FenceModule {}
