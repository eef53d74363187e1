import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
let directory: string;
let installed: string;

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** As `npm install <tarball>` leaves it; React comes from the project. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidings-package-'));
  installed = join(directory, 'node_modules/@tidings/client');
  mkdirSync(installed, { recursive: true });
  for (const name of ['react', '@types', 'csstype', 'undici-types', 'openapi-fetch', 'openapi-typescript-helpers']) {
    const source = join(ROOT, 'node_modules', name);
    if (existsSync(source)) symlinkSync(source, join(directory, 'node_modules', name));
  }
  execFileSync('npm', ['pack', '-w', 'client', '--ignore-scripts', '--pack-destination', directory], { cwd: ROOT });
  run('tar', '-xzf', 'tidings-client-0.1.0.tgz', '-C', installed, '--strip-components=1');
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the package of the client', () => {
  const names = '[c.TidingsClient, t.sharedClient, r.useChannel, s.verify].map((it) => typeof it).join()';

  it('can be required, as Jest does', () => {
    const code = `const [c, t, r, s] = ['', '/tabs', '/react', '/server'].map((path) => require('@tidings/client' + path));`;
    expect(run('node', '--no-experimental-require-module', '-p', `${code} ${names}`).trim()).toBe(
      'function,function,function,function',
    );
  });

  it('can be imported', () => {
    const code = ['', '/tabs', '/react', '/server']
      .map((path, i) => `import * as ${'ctrs'[i]} from '@tidings/client${path}';`)
      .join('');
    expect(run('node', '--input-type=module', '-e', `${code} console.log(${names})`).trim()).toBe(
      'function,function,function,function',
    );
  });

  it('opens an event stream when loaded with require', () => {
    const code = `const { TidingsClient } = require('@tidings/client');
      const client = new TidingsClient({ url: 'http://127.0.0.1:1', getToken: () => 'x', fetch: () => { console.log('asked'); process.exit(); } });
      Object.defineProperty(globalThis, 'WebSocket', { value: undefined });
      client.connect();`;
    expect(run('node', '-e', code).trim()).toBe('asked');
  });

  it.each([
    ['node10', 'commonjs'],
    ['node16', 'node16'],
    ['bundler', 'esnext'],
  ])(
    'has types for the module resolution %s',
    (moduleResolution, module) => {
      const code = `import { TidingsClient } from '@tidings/client';
      import { sharedClient } from '@tidings/client/tabs';
      import { useChannel } from '@tidings/client/react';
      import { TidingsServer, verify } from '@tidings/client/server';
      export const kinds: [typeof TidingsClient, typeof sharedClient, typeof useChannel] = [TidingsClient, sharedClient, useChannel];
      export const server = new TidingsServer<{ 'order:paid': number }>({ url: '', apiKey: '', workspaceId: '' });
      export const topics = server.api.GET('/v1/workspaces/{ws}/topics', { params: { path: { ws: '' } } });
      export const verified: Promise<{ id: string }> = verify({ headers: {}, body: '', secret: '' });`;
      writeFileSync(join(directory, 'uses.ts'), code);
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: 'ES2022',
        module,
        moduleResolution,
        types: ['node'],
        ignoreDeprecations: '6.0',
      };
      writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['uses.ts'] }));
      expect(() => run(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', directory)).not.toThrow();
    },
    60_000,
  );

  it('has its licence, and source maps with the sources', () => {
    expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toContain('MIT');
    for (const path of ['dist/tidings.js.map', 'dist/cjs/tidings.js.map']) {
      const map: { sourcesContent?: string[] } = JSON.parse(readFileSync(join(installed, path), 'utf8'));
      expect(map.sourcesContent?.[0]).toContain('class TidingsClient');
    }
    expect(readFileSync(join(installed, 'dist/react/react.js'), 'utf8')).toMatch(/^'use client'/);
  });
});
