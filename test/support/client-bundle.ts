import { build } from 'esbuild';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';

const ROOT = join(import.meta.dirname, '../..');

/** Bundles an entry point into one file for a browser. */
export async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`The bundle of ${entry} has no output.`);
  return file.contents;
}

/** Adds `globalThis.page` of `client-page.mjs` to every page of the context. */
export async function bringClient(context: BrowserContext): Promise<void> {
  await context.addInitScript({ content: Buffer.from(await bundle('test/support/client-page.mjs')).toString() });
}
