// Bundles the command line with its libraries into dist/: one small file that starts, and one for each command.
import { build } from 'esbuild';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const dist = join(here, 'dist');
const clientSource = (path) => join(here, '../client/src', path);

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ['src/tidings.ts', 'src/reference.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  keepNames: true,
  alias: { '@tidings/client': clientSource('tidings.ts') },
  // Optional parts of `ws` in machine code.
  external: ['bufferutil', 'utf-8-validate'],
  banner: {
    // Libraries in CommonJS ask for modules of Node at run time.
    js: "import { createRequire as tidingsCreateRequire } from 'node:module';\nconst require = tidingsCreateRequire(import.meta.url);",
  },
});
chmodSync(join(dist, 'tidings.js'), 0o755);
