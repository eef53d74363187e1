import { Global, Module } from '@nestjs/common';
import { AskNodes } from './ask-nodes.js';
import { DescribeNode } from './describe-node.js';

/** Asks the processes of the installation what runs in them. */
@Global()
@Module({ providers: [AskNodes, DescribeNode], exports: [AskNodes, DescribeNode] })
export class NodesModule {}
