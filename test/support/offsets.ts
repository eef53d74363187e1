import type { Api } from './api.js';

interface Position {
  readonly channel: string;
  readonly epoch: string;
  readonly offset: number;
}

/** The position of the end of a channel's log. */
export async function headOf(api: Api, workspaceId: string, channel: string): Promise<Position> {
  const path = `/v1/workspaces/${workspaceId}/events?channel=${channel}&after=1000000000`;
  return (await api.get<{ position: Position }>(path)).body.position;
}

/** The offsets after `after`, up to `last`. */
export const upTo = (last: number, after = 0): number[] =>
  Array.from({ length: last - after }, (_, i) => after + 1 + i);
