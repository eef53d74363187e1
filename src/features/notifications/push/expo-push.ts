import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../../platform/config/config.js';
import { OutboundRequests, type OutboundAnswer } from '../../../platform/http/outbound/outbound-requests.js';
import {
  outcomeOfFailure,
  outcomeOfStatus,
  type SendGuard,
  type PushRequest,
  type PushOutcome,
  type PushService,
} from './push-service.js';
import { mapLimit } from '../../../platform/concurrency/map-limit.js';

const TIMEOUT_MS = 10_000;
/** A ticket with an error takes a few hundred bytes. */
const ANSWER_BYTES = 256 * 1024;
const MESSAGES_PER_CALL = 100;
const CALL_CONCURRENCY = 6;
/** Statuses of a call that contains a message that Expo rejects. */
const REJECTED = new Set([400, 413]);

const result = z
  .union([
    z.object({ status: z.literal('ok'), id: z.string().optional() }),
    z.object({ status: z.literal('error'), details: z.object({ error: z.string().optional() }).optional() }),
  ])
  // A malformed result of one message must not hide the results of the others.
  .catch({ status: 'error' });
const tickets = z.object({ data: z.array(result) });
const receipts = z.object({ data: z.record(z.string(), result) });

type Result = z.infer<typeof result>;

/** Pushes to phones, through Expo (https://docs.expo.dev/push-notifications/sending-notifications/). */
@Injectable()
export class ExpoPush implements PushService {
  readonly max = MESSAGES_PER_CALL;

  constructor(
    private readonly config: Config,
    private readonly outbound: OutboundRequests,
  ) {}

  async send(requests: readonly PushRequest[], guard: SendGuard): Promise<PushOutcome[]> {
    const answer = await this.call('send', requests.map(messageTo), guard);
    if (REJECTED.has(answer.status) && requests.length > 1) return this.sendOneByOne(requests, guard);
    // A single message that is rejected has a token that Expo does not accept.
    const isTargetFault = REJECTED.has(answer.status) && answer.status !== 413;
    if (answer.status !== 200) return requests.map(() => outcomeOfCall(answer, isTargetFault));
    const { data } = tickets.parse(JSON.parse(answer.body));
    // Tickets match messages by order, so a different number of tickets matches none.
    if (data.length !== requests.length)
      throw new Error(`Expo returned ${data.length} tickets for ${requests.length} pushes.`);
    return data.map((ticket) =>
      ticket.status === 'ok' && ticket.id !== undefined
        ? { kind: 'ticket', ticket: ticket.id }
        : outcomeOfResult(ticket),
    );
  }

  async outcomesOf(ids: readonly string[]): Promise<PushOutcome[]> {
    const answer = await this.call('getReceipts', { ids });
    if (answer.status !== 200) return ids.map(() => outcomeOfCall(answer));
    const { data } = receipts.parse(JSON.parse(answer.body));
    return ids.map((id) => {
      const receipt = data[id];
      return receipt === undefined
        ? { kind: 'later', reason: 'The receipt is not available yet.' }
        : outcomeOfResult(receipt);
    });
  }

  /** Isolates a message for which Expo rejects the whole call, for example one of another project's app. */
  private sendOneByOne(requests: readonly PushRequest[], guard: SendGuard): Promise<PushOutcome[]> {
    return mapLimit(requests, CALL_CONCURRENCY, async (request) => {
      try {
        const [outcome] = await this.send([request], guard);
        return outcome ?? outcomeOfResult(undefined);
      } catch (error) {
        return outcomeOfFailure(error);
      }
    });
  }

  private call(operation: 'send' | 'getReceipts', body: unknown, guard: Partial<SendGuard> = {}) {
    const { expoPushUrl, expoAccessToken } = this.config;
    return this.outbound.send({
      method: 'POST',
      url: `${expoPushUrl}/${operation}`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(expoAccessToken === undefined ? {} : { authorization: `Bearer ${expoAccessToken}` }),
      },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
      answerBytes: ANSWER_BYTES,
      ...guard,
    });
  }
}

function messageTo({ target: { endpoint: to }, message }: PushRequest) {
  const { title, body, ttlSeconds: ttl, id, kind, path, subject } = message;
  return { to, title, body, ttl, collapseId: subject.slice(0, 64), data: { id, kind, path, subject } };
}

/** The outcome of a failed call. A wrong URL or access token of this server says nothing about a phone. */
function outcomeOfCall({ status, retryAfterMs }: OutboundAnswer, isTargetFault = false): PushOutcome {
  const outcome = outcomeOfStatus(status, retryAfterMs);
  if (outcome.kind !== 'gone' && outcome.kind !== 'rejected') return outcome;
  return { kind: 'rejected', reason: `Expo answered ${status}.`, isTargetFault };
}

function outcomeOfResult(found: Result | undefined): PushOutcome {
  if (found?.status === 'ok') return { kind: 'accepted' };
  const problem = found?.details?.error ?? 'unknown';
  if (problem === 'DeviceNotRegistered') return { kind: 'gone' };
  const reason = `Expo reported ${problem.slice(0, 100)}.`;
  return problem === 'MessageRateExceeded' ? { kind: 'later', reason } : { kind: 'rejected', reason };
}
