import { setTimeout as delay } from 'node:timers/promises';
import type { ZodType } from 'zod';
import { AnswerParts } from './answer-parts.js';

const ANSWER_TIMEOUT_MS = 1_000;

export interface CollectionOptions<Answer> {
  /** Checks what arrives: another release may answer in another form, and is then missing. */
  readonly schema: ZodType<Answer>;
  /** How long to wait for processes that no table lists. */
  readonly atLeastMs?: number;
  /** Ends the wait early, e.g. when only one process can have what is asked for. */
  readonly isEnough?: (answer: Answer) => boolean;
}

/** The answers to one question while they arrive. */
export class AnswerCollection<Answer> {
  /** The answers so far. A process to which the question does not apply has none. */
  readonly byNode = new Map<string, Answer>();
  private readonly answered = new Set<string>();
  private readonly parts = new AnswerParts();
  private readonly begin = performance.now();
  private isEnough = false;
  private wake = (): void => undefined;

  constructor(private readonly options: CollectionOptions<Answer>) {}

  /** All processes that answered, those without an answer included. */
  get nodes(): ReadonlySet<string> {
    return this.answered;
  }

  add(message: string): void {
    const complete = this.parts.add(message);
    if (complete === undefined) return;
    this.take(complete.nodeId, complete.text);
    this.wake();
  }

  /** Resolves when all expected processes have answered, when one answer is enough, or after a second. */
  async settled(expected: readonly string[]): Promise<void> {
    const { atLeastMs = 0 } = this.options;
    for (;;) {
      const spentMs = performance.now() - this.begin;
      const isComplete = expected.every((nodeId) => this.answered.has(nodeId));
      if (this.isEnough || spentMs >= ANSWER_TIMEOUT_MS || (isComplete && spentMs >= atLeastMs)) return;
      const waitMs = (spentMs < atLeastMs ? atLeastMs : ANSWER_TIMEOUT_MS) - spentMs;
      const arrival = new Promise<void>((resolve) => (this.wake = resolve));
      await Promise.race([arrival, delay(Math.max(1, waitMs), undefined, { ref: false })]);
    }
  }

  private take(nodeId: string, text: string): void {
    if (text !== '') {
      const answer = this.options.schema.safeParse(JSON.parse(text));
      if (!answer.success) return;
      this.byNode.set(nodeId, answer.data);
      this.isEnough ||= this.options.isEnough?.(answer.data) === true;
    }
    this.answered.add(nodeId);
  }
}
