import tailwindcss from '@tailwindcss/vite';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const clientSource = (path: string) => fileURLToPath(new URL(`../client/src/${path}`, import.meta.url));

/** A running server for `npm run dev -w dashboard`. */
const SERVER = 'http://127.0.0.1:3000';

export default defineConfig({
  // The server sets the base of the page, which may be below a path of a proxy.
  base: './',
  plugins: [tailwindcss()],
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
