import tailwindcss from '@tailwindcss/vite';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const clientSource = (path: string) => fileURLToPath(new URL(`../client/src/${path}`, import.meta.url));

/** A running server for `npm run dev -w dashboard`. */
const SERVER = 'http://127.0.0.1:3000';

/** Writes each text file compressed beside it, so that the server compresses nothing. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  enforce: 'post',
  // Not earlier: Vite still replaces marks in the chunks while it generates them.
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => /\.(?:js|css)$/.test(file))) {
      const path = join(dir, name);
      const source = readFileSync(path);
      writeFileSync(`${path}.br`, brotliCompressSync(source));
      writeFileSync(`${path}.gz`, gzipSync(source));
    }
  },
};

export default defineConfig({
  // The server sets the base of the page, which may be below a path of a proxy.
  base: './',
  plugins: [tailwindcss(), compressed],
  esbuild: { jsx: 'automatic' },
  resolve: { alias: { '@tidings/client': clientSource('tidings.ts') } },
  build: {
    target: 'es2022',
    // The Content-Security-Policy allows fonts and images of this origin only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      // Libraries mark files for servers that render React; there is no such server here.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
  server: {
    proxy: {
      '/v1': SERVER,
      '/webhooks': SERVER,
      '/ws': { target: SERVER, ws: true },
      '/documents': { target: SERVER, ws: true },
    },
  },
});
