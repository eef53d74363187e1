import { Injectable } from '@nestjs/common';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Bus } from '../bus/bus.js';
import { databaseNow } from '../clock/database-clock.js';
import { Config } from '../config/config.js';
import { FenceNode } from '../fence/fence-node.js';
import { Metrics } from '../metrics/metrics.js';
import { AskNodes, type Answers } from './ask-nodes.js';
import { measureEventLoopDelay, MEASURE_MS } from './event-loop-delay.js';

const QUESTION = 'node';
/** Processes measure before they answer. */
const AT_LEAST_MS = MEASURE_MS * 2;

const packageFile = z.object({ version: z.string() });
// The relative path is the same from src/ and dist/.
const { version } = packageFile.parse(
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')),
);

export const nodeDescription = z.object({
  nodeId: z.uuid(),
  roles: z.array(z.string()).describe('`api`, `worker`, `gateway`'),
  version: z.string().describe('release of Tidings'),
  node: z.string().describe('release of Node.js'),
  pid: z.int().describe('id of the process on its machine or in its container'),
  startedAt: z.iso.datetime(),
  memory: z.object({ rss: z.int(), heapUsed: z.int() }).describe('in bytes'),
  eventLoopDelayMs: z
    .object({ p50: z.number(), p99: z.number() })
    .describe('how late timers were while the process was asked, in milliseconds'),
  bus: z.enum(['redis', 'postgres']).describe('carries the hints between processes'),
  busConnected: z.boolean(),
  busOutages: z.int().describe('how often the connection to the bus was lost since the start'),
  connections: z.int().nullable().describe('open WebSockets and streams; null in a process without the role `gateway`'),
  lease: z
    .enum(['held', 'lost'])
    .nullable()
    .describe(
      'a process that lost its lease sends nothing; null in a process that sends nothing by the rights of users',
    ),
});

export type NodeDescription = z.infer<typeof nodeDescription>;

/** Describes this process, and asks all processes for their descriptions. */
@Injectable()
export class DescribeNode {
  private readonly startedAt = performance.now();
  private connections: () => number | null = () => null;

  constructor(
    private readonly config: Config,
    private readonly bus: Bus,
    private readonly node: FenceNode,
    private readonly nodes: AskNodes,
    metrics: Metrics,
  ) {
    metrics
      .gauge({
        name: 'tidings_process_info',
        help: '1; the release of Tidings, and the roles of this process in alphabetical order.',
        labels: ['version', 'roles'],
      })
      .set({ version, roles: [...config.roles].toSorted().join(',') }, 1);
    nodes.handle(QUESTION, () => this.describe());
  }

  /** For the room that owns the connections. */
  countConnections(count: () => number): void {
    this.connections = count;
  }

  ask(): Promise<Answers<NodeDescription>> {
    return this.nodes.ask(QUESTION, { schema: nodeDescription, atLeastMs: AT_LEAST_MS });
  }

  private async describe(): Promise<NodeDescription> {
    const eventLoopDelayMs = await measureEventLoopDelay();
    const { rss, heapUsed } = process.memoryUsage();
    return {
      nodeId: this.nodes.nodeId,
      roles: [...this.config.roles],
      version,
      node: process.version,
      pid: process.pid,
      startedAt: new Date(databaseNow() - (performance.now() - this.startedAt)).toISOString(),
      memory: { rss, heapUsed },
      eventLoopDelayMs,
      bus: this.config.redisUrl === undefined ? 'postgres' : 'redis',
      busConnected: this.bus.connected,
      busOutages: this.bus.outages,
      connections: this.connections(),
      lease: this.node.lease,
    };
  }
}
