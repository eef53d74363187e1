import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './app.js';

/** A delivery of a hook, as the API of GitHub lists it. */
export interface ListedDelivery {
  readonly id: number;
  readonly guid: string;
  readonly delivered_at: string;
}

/**
 * The API of a hook's deliveries as GitHub documents it: a list, newest first, with cursors in the `Link` header, and
 * attempts to redeliver (https://docs.github.com/rest/repos/webhooks).
 */
export interface GithubApi {
  readonly url: string;
  readonly token: string;
  /** By the path of the hook, e.g. `/repos/octo/hello/hooks/1`. */
  readonly hooks: Map<string, ListedDelivery[]>;
  /** The ids of the deliveries that were asked for again, in order. */
  readonly attempts: number[];
  readonly calls: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** Sends a delivery once more. Returns the status of the answer. */
  redeliver: (delivery: ListedDelivery) => Promise<number>;
  /** An answer instead of the usual one. */
  refuse: (method: string) => { status: number; headers?: Record<string, string> } | undefined;
  close(): Promise<void>;
}

const TOKEN = 'github_pat_a-token-of-the-tests';
const PATH = /^(\/(?:repos\/[^/]+\/[^/]+|orgs\/[^/]+)\/hooks\/\d+)\/deliveries(?:\/(\d+)\/attempts)?$/;

export async function startGithubApi(): Promise<GithubApi> {
  const port = await freePort();
  const server = createServer((request, response) => void answer(request, response));
  const api: GithubApi = {
    url: `http://127.0.0.1:${port}`,
    token: TOKEN,
    hooks: new Map(),
    attempts: [],
    calls: [],
    redeliver: async () => 202,
    refuse: () => undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', api.url);
    api.calls.push({ path: request.url ?? '', headers: request.headers });
    const refused = api.refuse(request.method ?? '');
    if (refused !== undefined) return end(response, refused.status, { message: 'refused' }, refused.headers);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return end(response, 401, { message: 'Bad credentials' });
    const [, hook = '', id] = PATH.exec(pathname) ?? [];
    const deliveries = api.hooks.get(hook);
    if (deliveries === undefined) return end(response, 404, { message: 'Not Found' });
    if (id === undefined) return list(response, pathname, deliveries, searchParams);
    const found = deliveries.find((delivery) => delivery.id === Number(id));
    if (request.method !== 'POST' || found === undefined) return end(response, 404, { message: 'Not Found' });
    api.attempts.push(found.id);
    return end(response, await api.redeliver(found), {});
  }

  function list(response: ServerResponse, path: string, all: ListedDelivery[], query: URLSearchParams): void {
    const size = Number(query.get('per_page') ?? 30);
    const start = query.has('cursor') ? all.findIndex(({ id }) => `v1_${id}` === query.get('cursor')) : 0;
    const next = all[start + size];
    const address = `https://other.example${path}?per_page=${size}&cursor=v1_${next?.id}`;
    const headers: Record<string, string> =
      next === undefined ? {} : { link: `<https://other.example/first>; rel="first", <${address}>; rel="next"` };
    end(response, 200, all.slice(start, start + size).map(described), headers);
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return api;
}

function end(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const described = (delivery: ListedDelivery) => {
  return {
    ...delivery,
    redelivery: false,
    duration: 0.27,
    status: 'timed out',
    status_code: 504,
    event: 'push',
    action: null,
  };
};
