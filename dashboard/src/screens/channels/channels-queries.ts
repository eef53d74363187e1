import { useQueries, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/api.js';
import { keyOf, useMay, useWorkspace } from '../../app/workspace.js';
import { channelLabel } from '../../events/event-words.js';
import { topicsKey, useBuiltInChannels, useTopics } from '../../events/readable-channels.js';
import { useWorkspaceEvents } from '../../live/workspace-events.js';

/** A channel in the list. Null is what the API does not tell for this kind of channel. */
export interface ChannelRow {
  readonly channel: string;
  readonly label: string;
  readonly isTopic: boolean;
  readonly head: number | null;
  readonly tail: number | null;
  readonly size: number | null;
  readonly lastEventAt: string | number | null;
  readonly listeners: number | null;
}

interface Head {
  readonly head: number;
  readonly lastEventAt: number | null;
}

const headKey = (ws: string, channel: string) => [...keyOf(ws), 'channel-head', channel] as const;

/** The head of the log of each channel, kept up to date by its events. */
function useHeads(channels: readonly string[]): readonly (Head | undefined)[] {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  useWorkspaceEvents(({ channel, offset, ts }) =>
    queries.setQueryData<Head>(
      headKey(ws, channel),
      (known) => known && { head: Math.max(known.head, offset), lastEventAt: ts },
    ),
  );
  const answers = useQueries({
    queries: channels.map((channel) => ({
      queryKey: headKey(ws, channel),
      queryFn: async (): Promise<Head> => {
        const query = { channel, latest: 1 };
        const { items, position } = await answer(
          api.GET('/v1/workspaces/{ws}/events', { params: { path: { ws }, query } }),
        );
        return { head: position.offset, lastEventAt: items.at(-1)?.ts ?? null };
      },
      // The log of the user's own channel has no address in a workspace.
      enabled: !channel.startsWith('user:'),
    })),
  });
  return answers.map(({ data }) => data);
}

/** The channels of the workspace and its topics, as far as the signed-in user may read them. */
export function useChannels() {
  const builtIn = useBuiltInChannels();
  const heads = useHeads(builtIn);
  const topics = useTopics();
  const mayReadTopics = useMay('topics:read');
  const items = mayReadTopics ? topics.data?.items : undefined;
  const rows: readonly ChannelRow[] = [
    ...builtIn.map((channel, index) => ({
      channel,
      label: channelLabel(channel),
      isTopic: false,
      head: heads[index]?.head ?? null,
      tail: null,
      size: null,
      lastEventAt: heads[index]?.lastEventAt ?? null,
      listeners: null,
    })),
    ...(items ?? []).map((topic) => ({ ...topic, label: topic.path, isTopic: true })),
  ];
  return { rows, error: topics.error, refetch: topics.refetch, isFetching: topics.isFetching };
}

/** Loads the figures of all topics again. */
export function useRefreshTopics(): () => Promise<void> {
  const { id: ws } = useWorkspace();
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: topicsKey(ws) });
}
