import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../../platform/config/config.js';
import { OutboundRequests, type OutboundAnswer } from '../../../platform/http/outbound/outbound-requests.js';
import {
  outcomeOfFailure,
  outcomeOfStatus,
  type MaySend,
  type Parcel,
  type PushOutcome,
  type PushService,
} from './push-service.js';
import { mapLimit } from '../../../platform/concurrency/map-limit.js';

const TIMEOUT_MS = 10_000;
/** A ticket that tells of an error takes some hundred bytes. */
const ANSWER_BYTES = 256 * 1024;
const MESSAGES_PER_CALL = 100;
const CALLS_AT_A_TIME = 6;
/** Of a call that has something in it that Expo can't take. */
const SPOILED = new Set([400, 413]);

const result = z
  .union([
    z.object({ status: z.literal('ok'), id: z.string().optional() }),
    z.object({ status: z.literal('error'), details: z.object({ error: z.string().optional() }).optional() }),
  ])
  // What is said of one message must not keep anybody from reading what is said of the others.
  .catch({ status: 'error' });
const tickets = z.object({ data: z.array(result) });
const receipts = z.object({ data: z.record(z.string(), result) });

type Result = z.infer<typeof result>;

/** To phones, through Expo (https://docs.expo.dev/push-notifications/sending-notifications/). */
@Injectable()
export class ExpoPush implements PushService {
  readonly max = MESSAGES_PER_CALL;

  constructor(
    private readonly config: Config,
    private readonly outbound: OutboundRequests,
  ) {}

  async send(parcels: readonly Parcel[], may: MaySend): Promise<PushOutcome[]> {
    const answer = await this.call('send', parcels.map(messageTo), may);
    if (SPOILED.has(answer.status) && parcels.length > 1) return this.sendApart(parcels, may);
    // A message that spoils a call by itself has a token that Expo doesn't take.
    const ofTarget = SPOILED.has(answer.status) && answer.status !== 413;
    if (answer.status !== 200) return parcels.map(() => outcomeOfCall(answer, ofTarget));
    const { data } = tickets.parse(JSON.parse(answer.body));
    // Tickets come in the order of the messages: with another number of them nobody knows whose is whose.
    if (data.length !== parcels.length)
      throw new Error(`Expo gave ${data.length} tickets for ${parcels.length} pushes.`);
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
      return receipt === undefined ? { kind: 'later', reason: 'There is no receipt yet.' } : outcomeOfResult(receipt);
    });
  }

  /** One of them makes Expo refuse all, as the app of another project does: by itself, it is the only one. */
  private sendApart(parcels: readonly Parcel[], may: MaySend): Promise<PushOutcome[]> {
    return mapLimit(parcels, CALLS_AT_A_TIME, async (parcel) => {
      try {
        const [outcome] = await this.send([parcel], may);
        return outcome ?? outcomeOfResult(undefined);
      } catch (error) {
        return outcomeOfFailure(error);
      }
    });
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

function messageTo({ target: { endpoint: to }, message }: Parcel) {
  const { title, body, ttlSeconds: ttl, id, kind, path, subject } = message;
  return { to, title, body, ttl, collapseId: subject.slice(0, 64), data: { id, kind, path, subject } };
}

/** When the whole call failed. That our address or our access to Expo is wrong says nothing about a phone. */
function outcomeOfCall({ status, retryAfterMs }: OutboundAnswer, ofTarget = false): PushOutcome {
  const outcome = outcomeOfStatus(status, retryAfterMs);
  if (outcome.kind !== 'gone' && outcome.kind !== 'refused') return outcome;
  return { kind: 'refused', reason: `Expo answered ${status}.`, ofTarget };
}

function outcomeOfResult(found: Result | undefined): PushOutcome {
  if (found?.status === 'ok') return { kind: 'accepted' };
  const problem = found?.details?.error ?? 'unknown';
  if (problem === 'DeviceNotRegistered') return { kind: 'gone' };
  const reason = `Expo says ${problem.slice(0, 100)}.`;
  return problem === 'MessageRateExceeded' ? { kind: 'later', reason } : { kind: 'refused', reason };
}
