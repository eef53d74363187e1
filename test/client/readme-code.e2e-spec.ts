import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Declarations of the names that the examples assume. */
const GIVEN = `
import type { Position } from '@tidings/client';
declare global {
  const workspaceId: string;
  const accessToken: string;
  const session: { accessToken(): string };
  const position: Position;
  const user: { id: string };
  const options: import('@tidings/client').TidingsOptions;
  const apiKey: string;
  const secret: string;
  interface MyEvents { 'order:paid': { order: number } }
  function ship(order: number): Promise<void>;
  function showPaid(order: number): void;
  function show(text: string): void;
  function showAll(items: unknown[]): void;
  function showState(state: string, why: string | undefined): void;
  interface Webhook { id: string; payload: { title: string } }
  type Position = import('@tidings/client').Position;
}
`;

/** Returns the examples of a document that use the client. */
function examplesOf(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  const blocks = [...text.matchAll(/^ *```(?:jsx?|tsx?)\n([^]*?)^ *```$/gm)].map(([, code = '']) => code);
  const withImport = (code: string) =>
    /from '@tidings\/client'/.test(code) || !code.includes('new TidingsClient')
      ? code
      : `import { TidingsClient } from '@tidings/client';\n${code}`;
  return blocks.filter((code) => /TidingsClient|@tidings/.test(code)).map(withImport);
}

function compile(examples: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'tidings-readme-'));
  try {
    mkdirSync(join(directory, 'src'));
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(directory, 'src/given.ts'), GIVEN);
    examples.forEach((code, i) => writeFileSync(join(directory, `src/example-${i}.tsx`), `${code}\nexport {};\n`));
    const compilerOptions = {
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      target: 'ES2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      lib: ['ES2023', 'DOM'],
      types: [],
    };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', directory], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('the examples of the client', () => {
  it.each([
    ['README.md', 1],
    ['client/README.md', 3],
    ['backend/README.md', 1],
  ])(
    'of %s compile in strict TypeScript',
    (document, least) => {
      const examples = examplesOf(document);
      expect(examples.length).toBeGreaterThanOrEqual(least);
      expect(compile(examples)).toBe('');
    },
    60_000,
  );

  it('with an unknown field or frame do not compile', () => {
    const head = "import { TidingsClient } from '@tidings/client';\nconst client = new TidingsClient(options);\n";
    const wrong = [
      'client.subscribe(`tasks:${workspaceId}`, { onEvent: ({ payload }) => show(payload.provider) });',
      "client.send('task:typing', { workspaceId });",
      "client.on('permissions:update', () => undefined);",
      "client.on('presence:joined', ({ user }) => show(user));",
      "client.send('presence:get', { channel: 'workspace:1' }).then(({ counts }) => counts);",
    ];
    const output = compile(wrong.map((line) => head + line));
    wrong.forEach((_, i) => expect(output).toContain(`src/example-${i}.tsx(3,`));
  }, 60_000);
});
