import { Parser } from '@asyncapi/parser';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import openapiTypes, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { signUp } from '../../support/api.js';
import { admin, join, start, stop, tidings, viewer, ws } from './publishing.js';

interface Document {
  readonly info: { readonly title: string; readonly version: string };
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly name: string; readonly summary: string }>>;
    readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

const TYPES = {
  'order:paid': {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://example.com/order-paid',
    type: 'object',
    properties: { order: { type: 'integer' }, lines: { type: 'array', items: { $ref: '#/$defs/a%20line~11' } } },
    required: ['order'],
    $defs: { 'a line/1': { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] } },
  },
  'order.paid': { type: 'string' },
  'order:open': undefined,
  'order:never': false,
};

/** Severities of errors and warnings, but not of hints. */
const FAILURES: readonly number[] = [0, 1];

const address = () => `/v1/workspaces/${ws}/asyncapi.json`;
const read = async () => (await viewer.get<Document>(address())).body;

beforeAll(async () => {
  await start();
  for (const [type, schema] of Object.entries(TYPES)) {
    await admin.put(`/v1/workspaces/${ws}/event-types/${type}`, {
      description: `of ${type}`,
      schema,
    });
  }
});
afterAll(stop);

describe('the AsyncAPI document of a workspace', () => {
  it('is valid AsyncAPI 3.0', async () => {
    const { diagnostics } = await new Parser().parse(JSON.stringify(await read()));
    expect(diagnostics.filter(({ severity }) => FAILURES.includes(severity))).toEqual([]);
  });

  it('has the messages of the service and one for each type of the catalogue', async () => {
    const own = await read();
    const ofAll: Document = JSON.parse(await (await fetch(`${tidings.url}/asyncapi.json`)).text());
    const { messages, schemas } = own.components;
    expect(messages).toMatchObject(ofAll.components.messages);
    const added = Object.entries(messages).filter(([key]) => !(key in ofAll.components.messages));
    expect(added.map(([, { name, summary }]) => [name, summary])).toEqual(
      Object.keys(TYPES)
        .toSorted()
        .map((type) => [type, `of ${type}`]),
    );
    expect(Object.keys(schemas['EventPayloads']?.['properties'] ?? {})).toEqual(Object.keys(TYPES).toSorted());
  });

  it('has no type of another workspace', async () => {
    const { body } = await admin.post<{ id: string }>('/v1/workspaces', { name: 'another' });
    const other = await admin.get<Document>(`/v1/workspaces/${body.id}/asyncapi.json`);
    expect(Object.keys(other.body.components.schemas)).not.toContain('EventPayloads');
  });

  it('is read with event-types:read, and does not exist for users who are not members', async () => {
    const blind = await join('viewer', { deny: ['event-types:read'] });
    expect((await blind.get(address())).status).toBe(403);
    expect((await (await signUp(admin, 'stranger@example.com')).get(address())).status).toBe(404);
  });
});

/** As docs/event-types.md shows it: the schemas in the shape of an OpenAPI document. */
async function generatedTypes(): Promise<string> {
  const { info, components } = await read();
  const document = { openapi: '3.1.0', info, paths: {}, components: { schemas: components.schemas } };
  return astToString(await openapiTypes(JSON.stringify(document)));
}

/** The errors of the compiler in a program. */
function mistakesIn(program: string, types: string): string[] {
  const directory = mkdtempSync(joinPath(tmpdir(), 'tidings-types-'));
  try {
    const file = joinPath(directory, 'program.ts');
    writeFileSync(joinPath(directory, 'tidings-events.ts'), types);
    writeFileSync(file, program);
    const options = { strict: true, noEmit: true, types: [], skipLibCheck: true, module: ts.ModuleKind.NodeNext };
    return ts
      .getPreEmitDiagnostics(ts.createProgram([file], options))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('TypeScript types', () => {
  const paying = (payload: string) => `
    import type { components } from './tidings-events.js';
    type Events = components['schemas']['EventPayloads'];
    export const paid: Events['order:paid'] = ${payload};
    export const text: Events['order.paid'] = 'any';
    export const names: keyof Events = 'order:open';`;

  it('are generated from the document, also across references', async () => {
    const types = await generatedTypes();
    expect(mistakesIn(paying("{ order: 1, lines: [{ sku: 'a' }] }"), types)).toEqual([]);
    expect(mistakesIn(paying('{ order: 1, lines: [{ sku: 2 }] }'), types)).toEqual([
      "Type 'number' is not assignable to type 'string'.",
    ]);
  });

  it('are generated by the command of the documentation', () => {
    const documented = readFileSync(joinPath(import.meta.dirname, '../../../docs/event-types.md'), 'utf8');
    expect(documented).toContain(
      'jq \'{openapi: "3.1.0", info, paths: {}, components: {schemas: .components.schemas}}\'',
    );
    expect(documented).toContain('npx openapi-typescript');
  });
});
