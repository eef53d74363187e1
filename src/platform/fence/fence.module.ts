import { Global, Module } from '@nestjs/common';
import { FenceNode } from './fence-node.js';
import { Fence } from './fence.js';

/** Changes of rights that hold on every node before they are answered. */
@Global()
@Module({ providers: [Fence, FenceNode], exports: [Fence, FenceNode] })
export class FenceModule {}
