import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Builds a library twice: ES modules in dist/, and CommonJS in dist/cjs/ for Jest and for older tools.
 * @param {string} home the folder of its package.json, with tsconfig.build.json and src/
 */
export async function buildLibrary(home) {
  const [dist, commonJs] = [join(home, 'dist'), join(home, 'dist/cjs')];
  const filesIn = (directory) => readdirSync(join(home, directory), { recursive: true }).map(String);

  rmSync(dist, { recursive: true, force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(home, 'tsconfig.build.json')], { stdio: 'inherit' });

  const declarations = filesIn('dist').filter((path) => path.endsWith('.d.ts'));
  await build({
    absWorkingDir: home,
    entryPoints: filesIn('src')
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .map((path) => join('src', path)),
    outdir: 'dist/cjs',
    outbase: 'src',
    format: 'cjs',
    platform: 'neutral',
    target: 'es2022',
    sourcemap: true,
    // Jest can't import at run time without a flag of Node's.
    supported: { 'dynamic-import': false },
  });
  for (const path of declarations) {
    mkdirSync(dirname(join(commonJs, path)), { recursive: true });
    copyFileSync(join(dist, path), join(commonJs, path));
  }
  writeFileSync(join(commonJs, 'package.json'), '{ "type": "commonjs" }\n');
}
