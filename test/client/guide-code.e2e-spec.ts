import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile as compileSvelte } from 'svelte/compiler';
import ts from 'typescript';
import { compileScript, parse } from 'vue/compiler-sfc';
import { ADMIN, startTidings, type RunningTidings } from '../support/app.js';
import { compileExamples } from '../support/compile-examples.js';
import { blocksOf, PAGES, textOf, type Block } from '../support/guide/blocks.js';
import { Reader } from '../support/guide/reader.js';

const ROOT = join(import.meta.dirname, '../..');
const blocks = PAGES.flatMap(blocksOf);
const inLanguage = (...languages: readonly string[]): Block[] =>
  blocks.filter(({ language }) => languages.includes(language));
const byName = (some: readonly Block[], codeOf: (block: Block) => string) =>
  Object.fromEntries(some.map((block) => [block.name, codeOf(block)]));
/** The variables of a program are set when the reader follows the page. */
const exampleOf = ({ code, file }: Block): string =>
  file === undefined ? code : `const process = { env: {} as Record<string, string> };${code}`;
const scriptOf = ({ code }: Block): string => /<script[^>]*>([^]*?)<\/script>/.exec(code)?.[1] ?? '';

describe('the code of the guide', () => {
  it('is in a language that is tested here', () => {
    const others = blocks.filter(
      ({ language, isForeign }) =>
        !isForeign && !['sh', 'text', 'js', 'ts', 'tsx', 'vue', 'svelte', 'dotenv'].includes(language),
    );
    expect(others).toEqual([]);
  });

  it('compiles in strict TypeScript, with the scripts of the components', () => {
    const examples = inLanguage('js', 'ts', 'tsx').filter(({ isForeign }) => !isForeign);
    expect(examples.length).toBeGreaterThan(15);
    const components = inLanguage('vue', 'svelte');
    expect(compileExamples({ ...byName(examples, exampleOf), ...byName(components, scriptOf) })).toBe('');
  }, 60_000);

  it('of other products can be parsed', () => {
    const foreign = inLanguage('js').filter(({ isForeign }) => isForeign);
    expect(foreign.length).toBeGreaterThan(5);
    for (const { code, name } of foreign) {
      const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true });
      expect([name, diagnostics?.map(({ messageText }) => messageText)]).toEqual([name, []]);
    }
  });

  it('has a component that the compiler of Vue takes', () => {
    for (const { code, name } of inLanguage('vue')) {
      const { descriptor, errors } = parse(code);
      expect(errors).toEqual([]);
      expect(compileScript(descriptor, { id: name, inlineTemplate: true }).content).toContain('TidingsClient');
    }
  });

  it('has a component that the compiler of Svelte takes without a warning', () => {
    for (const { code } of inLanguage('svelte')) {
      expect(compileSvelte(code, { generate: 'client' }).warnings.map(({ code: warning }) => warning)).toEqual([]);
    }
  });

  it('sets only settings that exist', () => {
    const known = readFileSync(join(ROOT, '.env.example'), 'utf8');
    for (const { code } of inLanguage('dotenv')) {
      for (const [, name] of code.matchAll(/^(\w+)=/gm)) expect(known).toContain(`\n${name}=`);
    }
  });
});

describe('a reader of the guide', () => {
  let tidings: RunningTidings;
  let reader: Reader;

  beforeAll(async () => {
    tidings = await startTidings({ OUTBOUND_TO_LOOPBACK: 'true' });
    const { url, workspaceId, openSourceUrl, api } = tidings;
    await api.post(`/v1/workspaces/${workspaceId}/sources`, {
      name: 'github',
      provider: 'github',
      secrets: ['s'.repeat(16)],
    });
    const { body } = await api.post('/v1/api-keys', { name: 'CLI', scopes: ['webhooks:read', 'webhooks:bodies'] });
    const variables = { TIDINGS_URL: url, TIDINGS_API_KEY: String(body['key']) };
    reader = new Reader({ url, ...ADMIN, workspaceId, openSourceUrl }, variables);
  }, 60_000);
  afterAll(async () => {
    await reader?.stop();
    await tidings?.stop();
  });

  it.each(PAGES)('runs the commands and programs of %s and sees the output that it shows', async (page) => {
    for (const block of blocksOf(page)) if (!block.isForeign) await reader.follow(block);
  });
});

describe('the facts of the guide', () => {
  it('name tests of faults that exist', () => {
    const table = textOf('reliability')
      .split('\n')
      .filter((line) => line.startsWith('| **'));
    const names = table.flatMap((line) =>
      [...(line.split('|')[2] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(15);
    for (const name of names)
      expect([name, existsSync(join(ROOT, `test/faults/${name}.fault-spec.ts`))]).toEqual([name, true]);
  });

  it('have no figure of performance that the bench did not report', () => {
    const report = readFileSync(join(ROOT, 'bench/README.md'), 'utf8');
    const cells = textOf('performance')
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => line.split('|').slice(2))
      .map((cell) => cell.trim())
      .filter((cell) => /^\d[\d,.]*(?: ms)?$/.test(cell));
    expect(cells.length).toBeGreaterThan(10);
    for (const cell of cells) expect(report).toContain(` ${cell} |`);
  });
});
