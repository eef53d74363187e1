import { answer } from '../api/answer.js';
import { connect, type Connection, type GlobalOptions } from '../api/connect.js';
import { memberNamed } from '../api/members.js';
import { CliError, EXIT } from '../errors.js';
import { print, printJson, shortTime } from '../terminal/output.js';
import { reachTable } from './delivery.js';

export interface WhyOptions extends GlobalOptions {
  readonly user?: string;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  written: 'was sent the event',
  echo: 'caused the event, and was sent its position instead',
  behind: 'is connected, and has not been sent the event yet',
  unknown: 'may have been sent the event: the record is incomplete',
  'no-permission': 'was not sent the event: no permission to read the channel',
  'no-session': 'was not sent the event: not connected at that time',
  'not-subscribed': 'was not sent the event: connected, but not subscribed to the channel',
};

export async function why([id = '']: readonly string[], options: WhyOptions): Promise<void> {
  const connection = connect(options);
  const ws = await connection.workspace();
  const member = options.user === undefined ? undefined : await memberNamed(connection.api, ws, options.user);
  const reach = await reachOf(connection, ws, id, member?.userId);
  if (options.json === true) return printJson(reach);
  const { event, user, complete } = reach;
  print(`${event.type} ${event.channel} #${event.offset} at ${shortTime(event.at)}`);
  if (user !== null) {
    const since = user.since === null ? '' : ` since ${shortTime(user.since)}`;
    print(`${member?.email ?? user.userId} ${OUTCOMES[user.outcome] ?? user.outcome}${since}.`);
  }
  if (reach.items.length > 0) print(reachTable(reach));
  if (!complete) print('The record is incomplete: the event is too recent or too old, or a node died.');
}

/** The reach of an event, or of the event of a delivery. */
async function reachOf({ api }: Connection, ws: string, id: string, userId: string | undefined) {
  const read = (event: string) => {
    const query = { limit: 200, ...(userId !== undefined && { userId }) };
    return answer(api.GET('/v1/workspaces/{ws}/events/{id}/reach', { params: { path: { ws, id: event }, query } }));
  };
  try {
    return await read(id);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.notFound) throw error;
    const params = { path: { ws, id } };
    const { data } = await api.GET('/v1/workspaces/{ws}/deliveries/{id}', { params });
    if (data?.eventId === undefined || data.eventId === null) throw error;
    return read(data.eventId);
  }
}
