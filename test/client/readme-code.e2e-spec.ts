import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileExamples } from '../support/compile-examples.js';

const ROOT = join(import.meta.dirname, '../..');

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

const compile = (examples: readonly string[]): string =>
  compileExamples(Object.fromEntries(examples.map((code, i) => [`example-${i}`, code])));

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
