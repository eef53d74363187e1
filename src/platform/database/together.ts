import { setTimeout as delay } from 'node:timers/promises';
import { sqlState } from './database.js';

/** Queries of one kind that are under way at a time: what comes meanwhile is what makes the next one large. */
const LANES = 2;
const MOST_AT_ONCE = 500;
/** After questions that came together more are to be expected: a lane lets them gather for as long, in milliseconds. */
const GATHER_MS = 10;
/** A query that takes longer keeps no lane: its connection may have died, and others must not wait for it. */
const PATIENCE_MS = 10_000;
/** SQLSTATE class 22: a value was no good, so the others of its query may be. */
const DATA_FAULT = '22';

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers questions that many clients ask at the same time with one query, so that thousands who come at once cost a few
 * queries and a few connections. A question asked alone goes at once. A query begins after each of its questions was
 * asked: an answer is as fresh as if it had been asked for by itself.
 */
export class Together<Question, Answer> {
  private waiting: Waiting<Question, Answer>[] = [];
  private underWay = 0;

  /** @param ask gives the answers in the order of the questions */
  constructor(private readonly ask: (questions: readonly Question[]) => Promise<readonly Answer[]>) {}

  /** @throws what the query throws */
  get(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      this.fill();
    });
  }

  private fill(): void {
    while (this.underWay < LANES && this.waiting.length > 0) void this.run(this.waiting.splice(0, MOST_AT_ONCE));
  }

  private async run(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    this.underWay++;
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (patience = setTimeout(resolve, PATIENCE_MS)));
    await Promise.race([this.answer(batch), late]);
    clearTimeout(patience);
    if (batch.length > 1) await delay(GATHER_MS);
    this.underWay--;
    this.fill();
  }

  private async answer(batch: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answers = await this.ask(batch.map(({ question }) => question));
      batch.forEach(({ resolve }, i) => resolve(answers[i] as Answer));
    } catch (error) {
      // Nobody's question fails because of another's.
      if (batch.length > 1 && sqlState(error)?.startsWith(DATA_FAULT) === true) {
        for (const alone of batch) await this.answer([alone]);
      } else for (const { reject } of batch) reject(error);
    }
  }
}
