import type { components } from '@tidings/server';
import { answer } from '../api/answer.js';
import { connect, type GlobalOptions } from '../api/connect.js';
import { CliError, EXIT } from '../errors.js';
import { clean, facts, print, printJson, shortTime, table } from '../terminal/output.js';

type Detail = components['schemas']['DeliveryDetail'];
type Attempts = components['schemas']['DeliveryAttempts']['items'];
type Reach = components['schemas']['Reach'];

export async function delivery([id = '']: readonly string[], options: GlobalOptions): Promise<void> {
  const connection = connect(options);
  const { api } = connection;
  const ws = await connection.workspace();
  const params = { path: { ws, id } };
  const [detail, attempts] = await Promise.all([
    answer(api.GET('/v1/workspaces/{ws}/deliveries/{id}', { params })),
    answer(api.GET('/v1/workspaces/{ws}/deliveries/{id}/attempts', { params })),
  ]);
  const { eventId } = detail;
  const reach = eventId === null ? null : await permitted(readReach());
  if (options.json === true) return printJson({ ...detail, attemptsMade: attempts.items, reach });
  printDelivery(detail, attempts.items, reach);

  function readReach(): Promise<Reach> {
    const event = { path: { ws, id: eventId ?? '' }, query: { limit: 200 } };
    return answer(api.GET('/v1/workspaces/{ws}/events/{id}/reach', { params: event }));
  }
}

/** Null without the permission, or when the record is gone. */
async function permitted<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CliError && (error.exitCode === EXIT.denied || error.exitCode === EXIT.notFound)) return null;
    throw error;
  }
}

function printDelivery(detail: Detail, attempts: Attempts, reach: Reach | null): void {
  const { event } = detail;
  print(
    facts([
      ['delivery', detail.id],
      ['status', detail.status],
      ['title', detail.title],
      ['event type', detail.eventType],
      ['provider', detail.provider],
      ['sender id', detail.providerDeliveryId],
      ['received', shortTime(detail.receivedAt)],
      ['error', detail.error],
      ['page', detail.url],
      ['event', event && `${event.id} (${event.channel} #${event.offset})`],
    ]),
  );
  print(`\n${table(['HEADER', 'VALUE'], Object.entries(detail.headers))}`);
  const rows = attempts.map(({ at, ms, outcome, error }) => [shortTime(at), outcome, `${ms ?? '?'} ms`, error ?? '']);
  if (rows.length > 0) print(`\n${table(['ATTEMPT', 'OUTCOME', 'TOOK', 'ERROR'], rows)}`);
  if (reach !== null) print(`\n${reachTable(reach)}`);
  if (detail.body !== undefined) print(`\n${detail.body.split('\n').map(clean).join('\n')}`);
}

export const reachTable = ({ items }: Reach): string =>
  table(
    ['USER', 'OUTCOME', 'VIA', 'SESSION', 'WRITTEN AFTER'],
    items.map(({ userId, outcome, via, sessionId, writtenAfter }) => {
      return [userId, outcome, via, sessionId, writtenAfter === null ? '' : shortTime(writtenAfter)];
    }),
  );
