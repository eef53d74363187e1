import { words } from '../../words/words.js';
import type { Frame } from './frames.js';

/** The ids that the examples are filled in with. */
export interface Ids {
  readonly url: string;
  readonly workspaceId: string;
  readonly taskId: string;
}

export interface Example {
  readonly id: keyof typeof words.playground.examples;
  readonly frame: (ids: Ids) => Frame;
  /** The same with `@tidings/client`, after its connection is made. */
  readonly script: (ids: Ids) => string;
  /** The same over HTTP, where that exists. */
  readonly curl?: (ids: Ids) => string;
}

/** Stands for an access token in a frame, and is replaced when the frame is sent. */
export const TOKEN = '$TOKEN';

const AUTHORIZATION = `-H "Authorization: Bearer ${TOKEN}"`;
const topicOf = ({ workspaceId }: Ids): string => `topic:${workspaceId}/playground/greetings`;
const eventOf = (ids: Ids) => ({
  channel: topicOf(ids),
  type: 'greeting:sent',
  payload: { text: words.playground.greeting },
});
const streamOf = ({ url }: Ids, channels: readonly string[]): string =>
  `curl -N ${AUTHORIZATION} "${url}/v1/stream?channels=${channels.join(',')}"`;
const print = 'onEvent: (event) => console.log(event)';

export const examples: readonly [Example, ...Example[]] = [
  {
    id: 'subscribe',
    frame: ({ workspaceId }) => ({ type: 'subscribe', payload: { channel: `webhooks:${workspaceId}` }, id: 1 }),
    script: ({ workspaceId }) =>
      `const subscription = tidings.subscribe('webhooks:${workspaceId}', {\n  ${print},\n});`,
    curl: (ids) => streamOf(ids, [`webhooks:${ids.workspaceId}`]),
  },
  {
    id: 'unsubscribe',
    frame: ({ workspaceId }) => ({ type: 'unsubscribe', payload: { channel: `webhooks:${workspaceId}` }, id: 2 }),
    script: () => 'subscription.end();',
  },
  {
    id: 'join',
    frame: ({ workspaceId }) => ({ type: 'workspace:join', payload: { workspaceId }, id: 3 }),
    script: ({ workspaceId }) => `const membership = tidings.join('${workspaceId}', {\n  ${print},\n});`,
    curl: (ids) =>
      streamOf(
        ids,
        ['webhooks', 'tasks', 'documents', 'workspace'].map((kind) => `${kind}:${ids.workspaceId}`),
      ),
  },
  {
    id: 'leave',
    frame: ({ workspaceId }) => ({ type: 'workspace:leave', payload: { workspaceId }, id: 4 }),
    script: () => 'membership.end();',
  },
  {
    id: 'presence',
    frame: ({ workspaceId }) => ({ type: 'presence:get', payload: { channel: `workspace:${workspaceId}` }, id: 5 }),
    script: ({ workspaceId }) =>
      `const { users } = await tidings.send('presence:get', {\n  channel: 'workspace:${workspaceId}',\n});`,
  },
  {
    id: 'topic',
    frame: (ids) => ({ type: 'subscribe', payload: { channel: topicOf(ids) }, id: 6 }),
    script: (ids) => `tidings.subscribe('${topicOf(ids)}', {\n  ${print},\n});`,
    curl: (ids) => streamOf(ids, [topicOf(ids)]),
  },
  {
    id: 'publish',
    frame: (ids) => ({ type: 'publish', payload: { ...eventOf(ids), echo: true }, id: 7 }),
    script: (ids) => {
      const { channel, type, payload } = eventOf(ids);
      return `await tidings.publish(\n  '${channel}',\n  '${type}',\n  ${JSON.stringify(payload)},\n);`;
    },
    curl: (ids) =>
      `curl ${AUTHORIZATION} -H "Content-Type: application/json" \\\n  -d '${JSON.stringify(eventOf(ids))}' \\\n  "${ids.url}/v1/workspaces/${ids.workspaceId}/events"`,
  },
  {
    id: 'typing',
    frame: ({ workspaceId, taskId }) => ({ type: 'task:typing', payload: { workspaceId, taskId }, id: 8 }),
    script: ({ workspaceId, taskId }) =>
      `await tidings.send('task:typing', {\n  workspaceId: '${workspaceId}',\n  taskId: '${taskId}',\n});`,
  },
  {
    id: 'refresh',
    frame: () => ({ type: 'auth:refresh', payload: { token: TOKEN }, id: 9 }),
    script: () => `// ${words.playground.refreshNote}\nawait tidings.send('auth:refresh', { token });`,
  },
  {
    id: 'ping',
    frame: () => ({ type: 'ping', payload: {}, id: 10 }),
    script: () => "await tidings.send('ping', {});",
  },
  {
    id: 'unknown',
    frame: () => ({ type: 'no:such', payload: {}, id: 11 }),
    script: () =>
      `try {\n  await tidings.send('no:such', {});\n} catch (error) {\n  console.log(error.code); // frame.unknown-type\n}`,
  },
];

/** The script of an example with the lines that connect. */
export const wholeScript = (example: Example, ids: Ids): string =>
  `import { TidingsClient } from '@tidings/client';

const tidings = new TidingsClient({ url: '${ids.url}', getToken: () => token });
tidings.connect();

${example.script(ids)}`;
