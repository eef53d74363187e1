import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent, request as httpRequest } from 'node:http';
import { readFileSync } from 'node:fs';
import { createApp } from '../../src/create-app.js';
import { createLog } from '../../src/platform/logging/logger.js';
import { Api, signUp } from '../support/api.js';
import { startTidings, type RunningTidings } from '../support/app.js';
import { eventually } from '../support/eventually.js';

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const PUBLIC_OPERATIONS = [
  'acceptInvitation',
  'answerHandshake',
  'beginDeviceSignIn',
  'beginSignIn',
  'completeDeviceSignIn',
  'completePasswordReset',
  'completeSignIn',
  'listSignInProviders',
  'readInvitation',
  'readLiveness',
  'readMetrics',
  'readReadiness',
  'receiveWebhook',
  'refreshTokens',
  'requestPasswordReset',
  'signIn',
  'signOut',
];
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

let tidings: RunningTidings;
let document: Document;

beforeAll(async () => {
  tidings = await startTidings();
  document = (await (await fetch(`${tidings.url}/openapi.json`)).json()) as Document;
});

afterAll(async () => {
  agent.destroy();
  await tidings.stop();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** Sends the path unchanged: `fetch` would normalise it. */
function statusOf(method: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(tidings.url);
    const sent = httpRequest({ hostname, port, method, path, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}

describe('the OpenAPI document', () => {
  it('is served without a token and equals the file in the repository', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document).toEqual(JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')));
  });

  it('lists exactly these operations as public', () => {
    const open = operations().filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ operation }) => operation.operationId).toSorted()).toEqual(PUBLIC_OPERATIONS);
  });

  it('documents 401 for every operation that needs a token, and the server answers it', async () => {
    const closed = operations().filter(({ operation }) => operation.security === undefined);
    expect(closed.length).toBeGreaterThan(15);
    for (const { path, method, operation } of closed) {
      expect(Object.keys(operation.responses)).toContain('401');
      const response = await fetch(new URL(path.replaceAll(/\{\w+\}/g, UNKNOWN_ID), tidings.url), { method });
      expect(`${operation.operationId} ${response.status}`).toBe(`${operation.operationId} 401`);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  });

  it('lists no operation that the server does not have', async () => {
    for (const { path, method, operation } of operations()) {
      const { body } = await tidings.api.get(path.replaceAll(/\{\w+\}/g, UNKNOWN_ID));
      if (method === 'GET') expect(`${operation.operationId} ${String(body['code'])}`).not.toContain('route.not-found');
    }
  });
});

describe('routes that need a token', () => {
  const variants = (path: string): string[] => [
    `/${path}`,
    `${path}/`,
    `${path}//`,
    `${path};x`,
    `${path}%2F`,
    `${path}%00`,
    `${path}?x`,
    `${path}%20`,
    path.replace('/v1/', '/v1//'),
    path.replace('/v1/', '/v1%2F'),
    path.replace('/v1/', '/%761/'),
    path.replace('/v1/', '/v1/./'),
    path.replace('/v1/', '/v1/x/../'),
    path.toUpperCase(),
  ];

  it('answer no variant of their path, with any method, to a caller without a token', async () => {
    const paths = [
      ...new Set(operations().flatMap(({ path, operation }) => (operation.security === undefined ? path : []))),
    ];
    for (const path of paths.map((pattern) => pattern.replaceAll(/\{\w+\}/g, UNKNOWN_ID))) {
      const attempts = variants(path).flatMap((variant) => METHODS.map((method) => ({ method, variant })));
      const answers = attempts.map(
        async ({ method, variant }) => `${method} ${variant} ${await statusOf(method, variant)}`,
      );
      for (const answer of await Promise.all(answers)) expect(answer).toMatch(/ (?:400|401|404)$/);
    }
  }, 180_000);
});

describe('headers', () => {
  it('let pages run only scripts of this server and forbid framing', async () => {
    for (const path of ['/docs', '/openapi.json', '/nothing', '/v1/me']) {
      const { headers, body } = await fetch(`${tidings.url}${path}`);
      // An unread body keeps its connection open, which keeps the process alive.
      await body?.cancel();
      expect(headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('the logs, the health and the metrics of the service', () => {
  it('log the user of a refused call, and no user for a call without a token', async () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(line) });
    const app = await createApp(tidings.config, tidings.databaseUrl, log);
    try {
      await app.listen(0, '127.0.0.1');
      const viewer = await signUp(tidings.api, 'viewer@example.com');
      const here = Object.assign(new Api(await app.getUrl()), { token: viewer.token });
      expect((await here.get('/v1/users')).status).toBe(403);
      expect((await new Api(here.url).get('/v1/users')).status).toBe(401);
      const refusals = await eventually('both refusals are logged', () => {
        const found = lines.map((line) => JSON.parse(line)).filter(({ route }) => route === '/v1/users');
        return found.length === 2 && found;
      });
      expect(refusals.map(({ status, userId }) => ({ status, userId }))).toEqual([
        { status: 403, userId: viewer.userId },
        { status: 401, userId: undefined },
      ]);
    } finally {
      await app.close();
    }
  });

  it('report that the service is ready', async () => {
    const { status, body } = await tidings.api.get('/health/ready');
    expect({ status, state: body['status'] }).toEqual({ status: 200, state: 'ok' });
  });

  it('count requests by route pattern', async () => {
    await tidings.api.get('/v1/me');
    const { body } = await tidings.api.get<string>('/metrics');
    expect(body).toMatch(
      /tidings_http_request_duration_seconds_count\{method="GET",route="\/v1\/me",status="200"\} \d+/,
    );
    expect(body).not.toContain(tidings.workspaceId);
  });
});

describe('an unknown field of a request body', () => {
  it.each([
    ['named when it looks like a field name', 'colour', 'value: unknown field colour'],
    ['not repeated when it may be a secret', 'hunter2-hunter2', 'value: unknown field'],
  ])('is %s', async (_what, field, detail) => {
    const answer = await tidings.api.post('/v1/workspaces', { name: 'Operations', [field]: 'x' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', detail } });
  });
});
