import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { Bus, BUS_MESSAGE_BYTES } from '../bus/bus.js';
import { Semaphore } from '../concurrency/semaphore.js';
import { Database } from '../database/database.js';
import { FenceNode } from '../fence/fence-node.js';
import { AnswerCollection, type CollectionOptions } from './answer-collection.js';
import { partsOf, questionOf } from './answer-parts.js';

const QUESTION_TOPIC = 'question';
const ANSWER_TOPIC = 'answer';
const LEAVING_TOPIC = 'node-leaving';

/** A process that has ended without a word is missed for this long. */
const MISSED_FOR_SECONDS = 60;
const LEAVING_MS = 200;
const QUESTIONS_AT_ONCE = 8;

const question = z.object({ id: z.string(), asker: z.string(), name: z.string(), args: z.unknown().optional() });

export interface AskOptions<Answer> extends CollectionOptions<Answer> {
  readonly args?: unknown;
}

export interface Answers<Answer> {
  /** The answers of the processes to which the question applies. */
  readonly byNode: ReadonlyMap<string, Answer>;
  /** Known processes that did not answer in time. */
  readonly missing: string[];
}

/**
 * Asks all processes of the installation at once over the bus. The answers are what the processes know at the moment:
 * without a question, nothing is kept or sent.
 */
@Injectable()
export class AskNodes implements BeforeApplicationShutdown {
  private readonly logger = new Logger(AskNodes.name);
  private readonly handlers = new Map<string, (args: unknown) => unknown>();
  private readonly collections = new Map<string, Pick<AnswerCollection<unknown>, 'add'>>();
  /** Processes without a lease, with the monotonic time of their last answer. */
  private readonly heard = new Map<string, number>();
  private readonly semaphore = new Semaphore(QUESTIONS_AT_ONCE);
  private readonly unlisten: readonly (() => void)[];

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly node: FenceNode,
  ) {
    this.unlisten = [
      bus.listen(QUESTION_TOPIC, (message) => void this.answer(message).catch(this.warn)),
      bus.listen(ANSWER_TOPIC, (message) => this.collections.get(questionOf(message))?.add(message)),
      bus.listen(LEAVING_TOPIC, (nodeId) => this.heard.delete(nodeId)),
    ];
  }

  /** The id of this process. */
  get nodeId(): string {
    return this.node.id;
  }

  /** Answers a question in this process. The answer has to fit into MAX_ANSWER_BYTES of JSON. */
  handle(name: string, handler: (args: unknown) => unknown): void {
    this.handlers.set(name, handler);
  }

  /**
   * A question that is too long for the bus is answered by this process alone, at once.
   * @returns within about a second, with the answers that arrived by then
   */
  ask<Answer>(name: string, { args, ...options }: AskOptions<Answer>): Promise<Answers<Answer>> {
    return this.semaphore.run(async () => {
      const id = randomUUID();
      const collection = new AnswerCollection(options);
      this.collections.set(id, collection);
      try {
        const asked = JSON.stringify({ id, asker: this.nodeId, name, args });
        const isTooLong = Buffer.byteLength(asked) > BUS_MESSAGE_BYTES;
        this.bus.publish(QUESTION_TOPIC, asked, isTooLong ? [] : [asked]);
        return await this.collect(collection, isTooLong);
      } finally {
        this.collections.delete(id);
      }
    });
  }

  /** A process with a lease answers until it has drained its connections, and then removes its lease. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.node.lease !== null) return;
    for (const end of this.unlisten) end();
    this.bus.publish(LEAVING_TOPIC, this.nodeId);
    // The bus drops what it has not sent when it closes.
    await delay(LEAVING_MS);
  }

  private async collect<Answer>(collection: AnswerCollection<Answer>, isLocal: boolean): Promise<Answers<Answer>> {
    const leased = await this.leasedNodes();
    const expected = [...new Set([this.nodeId, ...leased, ...this.heardLately()])];
    await collection.settled(isLocal ? [this.nodeId] : expected);
    this.remember(collection.nodes, leased);
    return { byNode: collection.byNode, missing: expected.filter((nodeId) => !collection.nodes.has(nodeId)) };
  }

  private async answer(message: string): Promise<void> {
    const asked = question.safeParse(JSON.parse(message));
    if (!asked.success) return;
    const { id, asker, name, args } = asked.data;
    const handler = this.handlers.get(name);
    const json = handler === undefined ? '' : JSON.stringify(await handler(args));
    for (const part of partsOf(id, this.nodeId, json)) {
      // The asker's own answer does not have to leave its process.
      this.bus.publish(ANSWER_TOPIC, part, asker === this.nodeId ? [] : [part]);
    }
  }

  /** Those with a lease, and those that lost it lately: a process removes its row when it ends as it should. */
  private async leasedNodes(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM fence_nodes WHERE lease_until > now() - make_interval(secs => $1)',
      [MISSED_FOR_SECONDS],
    );
    return rows.map(({ id }) => id);
  }

  private heardLately(): string[] {
    const since = performance.now() - MISSED_FOR_SECONDS * 1_000;
    for (const [nodeId, at] of this.heard) if (at < since) this.heard.delete(nodeId);
    return [...this.heard.keys()];
  }

  private remember(nodeIds: Iterable<string>, leased: readonly string[]): void {
    for (const nodeId of nodeIds) {
      if (nodeId !== this.nodeId && !leased.includes(nodeId)) this.heard.set(nodeId, performance.now());
    }
  }

  private readonly warn = (error: unknown): void =>
    this.logger.error({ msg: 'answering a question of another process failed', err: error });
}
