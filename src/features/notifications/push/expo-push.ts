import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../../platform/config/config.js';
import { OutboundRequests } from '../../../platform/http/outbound/outbound-requests.js';
import {
  outcomeOfStatus,
  type MaySend,
  type PushMessage,
  type PushOutcome,
  type PushService,
  type PushTarget,
} from './push-service.js';

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES = 64 * 1024;

const result = z.union([
  z.object({ status: z.literal('ok'), id: z.string().optional() }),
  z.object({ status: z.literal('error'), details: z.object({ error: z.string().optional() }).optional() }),
]);
const tickets = z.object({ data: z.array(result).min(1) });
const receipts = z.object({ data: z.record(z.string(), result) });

type Result = z.infer<typeof result>;

/** To phones, through Expo (https://docs.expo.dev/push-notifications/sending-notifications/). */
@Injectable()
export class ExpoPush implements PushService {
  constructor(
    private readonly config: Config,
    private readonly outbound: OutboundRequests,
  ) {}

  async send({ endpoint: to }: PushTarget, message: PushMessage, may: MaySend): Promise<PushOutcome> {
    const { title, body, ttlSeconds: ttl, id, kind, path, subject } = message;
    const wanted = [{ to, title, body, ttl, collapseId: subject.slice(0, 64), data: { id, kind, path, subject } }];
    const answer = await this.call('send', wanted, may);
    if (answer.status !== 200) return outcomeOfStatus(answer.status, answer.retryAfterMs);
    const [ticket] = tickets.parse(JSON.parse(answer.body)).data;
    if (ticket?.status === 'ok' && ticket.id !== undefined) return { kind: 'ticket', ticket: ticket.id };
    return outcomeOfResult(ticket);
  }

  async outcomeOf(ticket: string): Promise<PushOutcome> {
    const answer = await this.call('getReceipts', { ids: [ticket] });
    if (answer.status !== 200) return outcomeOfStatus(answer.status, answer.retryAfterMs);
    const receipt = receipts.parse(JSON.parse(answer.body)).data[ticket];
    return receipt === undefined ? { kind: 'later', reason: 'There is no receipt yet.' } : outcomeOfResult(receipt);
  }

  private call(what: 'send' | 'getReceipts', body: unknown, may: Partial<MaySend> = {}) {
    const { expoPushUrl, expoAccessToken } = this.config;
    return this.outbound.send({
      method: 'POST',
      url: `${expoPushUrl}/${what}`,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(expoAccessToken === undefined ? {} : { authorization: `Bearer ${expoAccessToken}` }),
      },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
      answerBytes: ANSWER_BYTES,
      ...may,
    });
  }
}

function outcomeOfResult(found: Result | undefined): PushOutcome {
  if (found?.status === 'ok') return { kind: 'accepted' };
  const problem = found?.details?.error ?? 'unknown';
  if (problem === 'DeviceNotRegistered') return { kind: 'gone' };
  const reason = `Expo says ${problem.slice(0, 100)}.`;
  return problem === 'MessageRateExceeded' ? { kind: 'later', reason } : { kind: 'refused', reason };
}
