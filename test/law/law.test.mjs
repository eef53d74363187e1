import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { cruise } from 'dependency-cruiser';
import law from '../../.dependency-cruiser.mjs';
import { brokenImports } from './broken-imports.mjs';
import { brokenLines } from './broken-lines.mjs';
import { proseFaults } from '../../scripts/prose.mjs';

const project = resolve(import.meta.dirname, '../..');
// Next to a link to the installed packages, so that imports resolve as in the project.
const root = realpathSync(mkdtempSync(join(tmpdir(), 'tidings-law-')));
symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
after(() => rmSync(root, { recursive: true }));

function writeFiles(directory, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, directory, path)), { recursive: true });
    writeFileSync(join(root, directory, path), text);
  }
}

async function brokenRules(directory) {
  const { enhancedResolveOptions, tsConfig: _, ...options } = law.options;
  const { output } = await cruise(
    ['src', 'client', 'backend', 'dashboard', 'cli'].filter((folder) => existsSync(join(root, directory, folder))),
    { ...options, baseDir: join(root, directory), validate: true, ruleSet: law, preserveSymlinks: true },
    { ...enhancedResolveOptions, symlinks: false },
  );
  return [...new Set(output.summary.violations.map(({ rule }) => rule.name))];
}

describe('the import rules', () => {
  const manifest = JSON.stringify({
    dependencies: { '@opentelemetry/api': '*', bullmq: '*', ws: '*', pg: '*', typeorm: '*' },
    devDependencies: { jest: '*' },
  });

  for (const { name } of law.forbidden) {
    it(`reports ${name} and nothing else`, async () => {
      assert.ok(brokenImports[name], `broken-imports.mjs has no tree that breaks ${name}`);
      writeFiles(name, { 'package.json': manifest, ...brokenImports[name] });
      assert.deepEqual(await brokenRules(name), [name]);
    });
  }

  it('has no example for a removed rule', () => {
    const rules = law.forbidden.map(({ name }) => name);
    assert.deepEqual(
      Object.keys(brokenImports).filter((name) => !rules.includes(name)),
      [],
    );
  });
});

describe('the linter', () => {
  const config = JSON.parse(readFileSync(join(project, '.oxlintrc.json'), 'utf8'));
  const added = Object.keys(config.rules).filter((rule) => config.rules[rule] !== 'off');
  const addedByOverrides = config.overrides.flatMap(({ rules }) =>
    Object.keys(rules).filter((rule) => rules[rule] !== 'off'),
  );
  const compilerOptions = {
    target: 'ES2023',
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    experimentalDecorators: true,
  };

  const directory = (rule) => `lint/${rule.replace('/', '-')}`;
  let diagnostics;
  function runOxlint() {
    for (const [rule, files] of Object.entries(brokenLines)) writeFiles(directory(rule), files);
    writeFiles('lint', { 'tsconfig.json': JSON.stringify({ compilerOptions }) });
    const oxlint = join(project, 'node_modules/.bin/oxlint');
    const { stdout } = spawnSync(oxlint, ['-c', join(project, '.oxlintrc.json'), '--format=json', 'lint'], {
      cwd: root,
    });
    return JSON.parse(stdout.toString()).diagnostics;
  }

  for (const rule of new Set([...added, ...addedByOverrides])) {
    it(`reports ${rule} and nothing else`, () => {
      assert.ok(brokenLines[rule], `broken-lines.mjs has no file that breaks ${rule}`);
      diagnostics ??= runOxlint();
      const own = diagnostics.filter(({ filename }) => filename.startsWith(`${directory(rule)}/`));
      assert.deepEqual(
        own.map(({ code }) => code),
        [rule.replace('/', '(') + ')'],
      );
    });
  }
});

describe('the prose lint', () => {
  const faultOf = (path, text) => proseFaults(path, text).map((fault) => fault.replace(/^\d+: /, ''));

  it('reports each fault in comments, test names and documents', () => {
    assert.match(faultOf('a.ts', '/** Closes it when he leaves. */')[0], /^"he"/);
    assert.match(faultOf('a.ts', '// Read by nobody.')[0], /^"nobody"/);
    assert.match(faultOf('a.ts', '/** Who can be checked stays. */')[0], /^begins with "Who"/);
    assert.match(faultOf('a.ts', '/**\n * Of this node.\n */')[0], /^begins with "Of"/);
    assert.match(faultOf('a.ts', `// ${'long '.repeat(30)}`)[0], /^a comment of/);
    assert.match(faultOf('a.spec.ts', "it('answers whoever asks', () => {});")[0], /^"whoever"/);
    assert.match(faultOf('a.md', 'The user and his keys.')[0], /^"his"/);
  });

  it('ignores code', () => {
    assert.deepEqual(faultOf('a.ts', "const nobody = 'his'; // Closes `whoever`."), []);
    assert.deepEqual(faultOf('a.md', '```\nwhoever\n```\n`nobody`'), []);
  });
});

describe('the local clock', () => {
  const sources = readdirSync(join(project, 'src'), { recursive: true }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.startsWith('platform/clock/'),
  );

  // The linter rule covers `Date.now` only.
  it('is not read by new Date()', () => {
    const readers = sources.filter((path) => /\bnew Date\(\)/.test(readFileSync(join(project, 'src', path), 'utf8')));
    assert.deepEqual(readers, []);
  });
});
