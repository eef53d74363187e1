import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith } from './work-folder.mjs';

const NAMES = {
  '@tidings/client': 'TidingsClient',
  '@tidings/client/tabs': 'sharedClient',
  '@tidings/client/react': 'useChannel',
  '@tidings/server': 'TidingsServer',
};

const requiring = Object.entries(NAMES).map(([path, name]) => `typeof require('${path}').${name}`);
const importing = Object.entries(NAMES).map(([path, name]) => `typeof (await import('${path}')).${name}`);

/** Every entry has types, and those of the server know its HTTP API. */
const TYPED = `
import { TidingsClient } from '@tidings/client';
import { sharedClient } from '@tidings/client/tabs';
import { useChannel } from '@tidings/client/react';
import { TidingsServer, verify } from '@tidings/server';
export const kinds: [typeof TidingsClient, typeof sharedClient, typeof useChannel] = [TidingsClient, sharedClient, useChannel];
export const server = new TidingsServer<{ 'order:paid': number }>({ url: '', apiKey: '', workspaceId: '' });
export const topics = server.api.GET('/v1/workspaces/{ws}/topics', { params: { path: { ws: '' } } });
export const verified: Promise<{ id: string }> = verify({ headers: {}, body: '', secret: '' });
// @ts-expect-error An unknown path is no path of the API.
export const nowhere = server.api.GET('/v1/nowhere');
// @ts-expect-error The event has another payload.
export const wrong = server.publish({ channel: '', type: 'order:paid', payload: 'seventeen' });
`;

/** The entries load by `import`, and by `require` in a Node that can't require ES modules. */
export async function checkEntries(tools, folder) {
  folderWith(folder, {
    'loads.mjs': `console.log([${importing.join(', ')}].join());`,
    'loads.cjs': `console.log([${requiring.join(', ')}].join());`,
  });
  const inOlderNode = '--no-experimental-require-module';
  for (const file of [['loads.mjs'], [inOlderNode, 'loads.cjs']]) {
    assert.equal((await tools.run(folder, ...file)).trim(), 'function,function,function,function', file.join(' '));
  }
}

/** The libraries have licences, READMEs, sources for debuggers, and the mark of React's client components. */
export function checkContents(folder) {
  const read = (path) => readFileSync(join(folder, 'node_modules/@tidings', path), 'utf8');
  for (const name of ['client', 'server']) {
    assert.match(read(`${name}/LICENSE`), /MIT/);
    assert.match(read(`${name}/README.md`), new RegExp(`^# @tidings/${name}\n`));
  }
  for (const path of ['client/dist/tidings.js.map', 'client/dist/cjs/tidings.js.map', 'server/dist/server.js.map']) {
    assert.match(JSON.parse(read(path)).sourcesContent[0], /class Tidings(?:Client|Server)/);
  }
  assert.match(read('client/dist/react/react.js'), /^'use client'/);
  assert.match(read('client/dist/cjs/react/react.js'), /^(?:"use strict";\s)?"use client"/);
}

/** The client loads its event stream on demand when it was loaded with `require`, too. */
export async function checkEventStream(tools, folder) {
  folderWith(folder, {
    'stream.cjs': `const { TidingsClient } = require('@tidings/client');
      Object.defineProperty(globalThis, 'WebSocket', { value: undefined });
      const ask = () => { console.log('asked'); process.exit(); };
      new TidingsClient({ url: 'http://127.0.0.1:1', getToken: () => 'x', fetch: ask }).connect();`,
  });
  assert.equal((await tools.run(folder, 'stream.cjs')).trim(), 'asked');
}

/**
 * The compiler accepts the right uses and refuses the wrong ones, from both kinds of modules.
 * @param {{ tsc: string, typeRoots: string, skipLibCheck: boolean }} compiler its path, and the folder of @types
 */
export async function checkTypes(tools, folder, { tsc, typeRoots, skipLibCheck }) {
  const common = {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    types: ['node'],
    typeRoots: [typeRoots],
    skipLibCheck,
  };
  folderWith(folder, {
    'uses.mts': TYPED,
    'uses.cts': TYPED,
    'uses.ts': TYPED,
    'tsconfig.node16.json': {
      compilerOptions: { ...common, module: 'node16', moduleResolution: 'node16' },
      files: ['uses.mts', 'uses.cts'],
    },
    'tsconfig.node10.json': {
      compilerOptions: { ...common, module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
      files: ['uses.ts'],
    },
    'tsconfig.bundler.json': {
      compilerOptions: { ...common, module: 'esnext', moduleResolution: 'bundler' },
      files: ['uses.ts'],
    },
  });
  for (const mode of ['node10', 'node16', 'bundler']) await tools.run(folder, tsc, '-p', `tsconfig.${mode}.json`);
}

/** The command line starts, and says why it cannot run a server alone. */
export async function checkCommandLine(tools, folder, version) {
  assert.equal((await tools.bin(folder, 'tidings', '--version')).trim(), version);
  const help = await tools.bin(folder, 'tidings', '--help');
  for (const command of ['listen', 'tail', 'start']) assert.match(help, new RegExp(`^ +${command}\\b`, 'm'));
  await assert.rejects(tools.bin(folder, 'tidings', 'start'), /server\.not-installed/);
}
