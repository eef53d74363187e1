import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { Access } from '../../access/public/access.js';
import { Bus } from '../../platform/bus/bus.js';
import { runEvery } from '../../platform/concurrency/run-every.js';
import { FenceNode } from '../../platform/fence/fence-node.js';
import { AskNodes } from '../../platform/nodes/ask-nodes.js';
import { ConnectionRegistry } from '../connections/connection-registry.js';
import { TRACE } from './questions.js';
import { Trace } from './trace.js';
import {
  ABANDONED_MS,
  KEEP_MS,
  TRACE_KEEP_TOPIC,
  TRACE_SECONDS,
  TRACE_STOP_TOPIC,
  TRACE_TOPIC,
  type TraceMessage,
} from './trace-frames.js';

const MAX_TRACES = 8;

const traceArgs = z.object({ id: z.string(), traceId: z.string(), adminId: z.string() });

/** Traces connections of this node. It ends those of an administrator whose rights change, before that is answered. */
@Injectable()
export class ServeTraces implements OnModuleInit, OnModuleDestroy {
  private readonly traces = new Map<string, Trace>();
  private stops: (() => unknown)[] = [];

  constructor(
    private readonly nodes: AskNodes,
    private readonly bus: Bus,
    private readonly fence: FenceNode,
    private readonly access: Access,
    private readonly registry: ConnectionRegistry,
  ) {}

  async onModuleInit(): Promise<void> {
    this.nodes.handle(TRACE, (args) => this.start(traceArgs.parse(args)));
    this.stops = [
      this.bus.listen(TRACE_KEEP_TOPIC, (traceId) => this.keep(traceId)),
      this.bus.listen(TRACE_STOP_TOPIC, (traceId) => this.traces.get(traceId)?.end('abandoned')),
      runEvery(
        KEEP_MS,
        async () => this.endAbandoned(),
        () => undefined,
      ),
    ];
    await this.fence.join(async (userIds) => {
      for (const trace of this.traces.values()) {
        if (userIds === 'everybody' || userIds.includes(trace.adminId)) trace.end('rights');
      }
    });
  }

  async onModuleDestroy(): Promise<void> {
    for (const trace of this.traces.values()) trace.end('closed');
    await Promise.all(this.stops.map((stop) => stop()));
  }

  /** @returns null where this process has no such connection */
  private start({ id, traceId, adminId }: z.infer<typeof traceArgs>): 'started' | 'busy' | null {
    const connection = this.registry.byId(id);
    if (connection === undefined) return null;
    if (this.traces.size >= MAX_TRACES || connection.trace !== undefined) return 'busy';
    const trace = new Trace(adminId, connection, {
      send: (message: TraceMessage) => this.bus.publish(TRACE_TOPIC, `${traceId} ${JSON.stringify(message)}`),
      readable: async (channel) => {
        const principal = { userId: adminId, isAdmin: false, expiresAt: Infinity };
        return (await this.access.readableChannels(principal, [channel])).get(channel);
      },
      ended: () => {
        clearTimeout(timer);
        this.traces.delete(traceId);
      },
    });
    const timer = setTimeout(() => trace.end('time'), TRACE_SECONDS * 1_000).unref();
    this.traces.set(traceId, trace);
    return 'started';
  }

  private keep(traceId: string): void {
    const trace = this.traces.get(traceId);
    if (trace !== undefined) trace.keptAt = performance.now();
  }

  private endAbandoned(): void {
    const since = performance.now() - ABANDONED_MS;
    for (const trace of this.traces.values()) if (trace.keptAt < since) trace.end('abandoned');
  }
}
