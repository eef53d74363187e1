import { describe, expect, it } from '@jest/globals';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The code that a browser loads for an entry, minified and gzipped: at once, and including dynamic imports. */
async function sizesOf(entry: string): Promise<{ atOnce: number; inAll: number }> {
  return measure({ entryPoints: [entry] }, entry);
}

/** The same for a page that imports these names only. */
async function sizeOfImport(entry: string, names: string): Promise<number> {
  const stdin = { contents: `export { ${names} } from './${entry}'`, resolveDir: import.meta.dirname };
  return (await measure({ stdin }, '<stdin>')).atOnce;
}

async function measure(input: BuildOptions, entry: string): Promise<{ atOnce: number; inAll: number }> {
  const { outputFiles, metafile } = await build({
    ...input,
    absWorkingDir: import.meta.dirname,
    outdir: 'out',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['react'],
    metafile: true,
    write: false,
  });
  const bytes = new Map(outputFiles.map(({ path, contents }) => [path, gzipSync(contents, { level: 9 }).length]));
  const first = Object.keys(metafile.outputs).filter((path) => metafile.outputs[path]?.entryPoint === entry);
  const sum = (paths: Iterable<string>) =>
    [...paths].reduce((total, path) => total + (bytes.get(join(import.meta.dirname, path)) ?? Infinity), 0);
  return { atOnce: sum(reachable(metafile, first)), inAll: sum(Object.keys(metafile.outputs)) };
}

/** The files of a bundle. */
async function inputsOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: [entry],
    outdir: 'out',
    bundle: true,
    format: 'esm',
    external: ['react'],
    metafile: true,
    write: false,
  });
  return Object.keys(metafile.inputs);
}

/** By static imports. */
function reachable({ outputs }: Metafile, paths: readonly string[], seen = new Set<string>()): Set<string> {
  for (const path of paths.filter((one) => !seen.has(one))) {
    seen.add(path);
    const imports = outputs[path]?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
    reachable(
      { outputs, inputs: {} },
      imports.filter(({ external }) => external !== true).map((one) => one.path),
      seen,
    );
  }
  return seen;
}

describe('the size of the client', () => {
  it('is less than 7.2 KB gzipped for a page load', async () => {
    const { atOnce } = await sizesOf('tidings.ts');
    expect(atOnce).toBeLessThan(7_200);
  });

  it('is less than 9.4 KB including the event stream, which is loaded on demand', async () => {
    const { inAll } = await sizesOf('tidings.ts');
    expect(inAll).toBeLessThan(9_400);
  });

  it('grows by less than 2.5 KB with the hooks of React', async () => {
    const hooks = await sizesOf('react/react.ts');
    expect(hooks.atOnce).toBeLessThan(2_500);
  });

  it('is less than 0.5 KB for a page that imports only the error', async () => {
    expect(await sizeOfImport('tidings.ts', 'TidingsError')).toBeLessThan(500);
  });

  it('contains no library', async () => {
    for (const entry of ['tidings.ts', 'tabs/tabs.ts', 'react/react.ts']) {
      expect((await inputsOf(entry)).filter((path) => path.includes('node_modules'))).toEqual([]);
    }
  });

  it('grows by less than 2.5 KB with shared tabs', async () => {
    const [alone, shared] = await Promise.all([sizesOf('tidings.ts'), sizesOf('tabs/tabs.ts')]);
    expect(shared.atOnce - alone.atOnce).toBeLessThan(2_500);
  });
});
