import assert from 'node:assert/strict';
import { join } from 'node:path';
import { folderWith } from './work-folder.mjs';

/** Each application imports one name of each entry. */
const USES = `
import { TidingsClient } from '@tidings/client';
import { sharedClient } from '@tidings/client/tabs';
import { TidingsProvider, useConnection } from '@tidings/client/react';
export const uses = [TidingsClient, sharedClient, TidingsProvider, useConnection].map((it) => typeof it).join();
`;
const ALL_THERE = 'function,function,function,function';

const REACT = { react: '19.3.1', 'react-dom': '19.3.1' };

/** An application of Vite is built, and its bundle runs. */
async function vite(tools, folder, libraries) {
  folderWith(folder, {
    'package.json': { type: 'module', dependencies: { ...libraries, ...REACT, vite: '8.4.0' } },
    'index.html': '<!doctype html><script type="module" src="/main.js"></script>',
    'main.js': `import { uses } from './uses.js';\nglobalThis.document?.body?.append(uses);\nexport { uses };`,
    'uses.js': USES,
    'run.mjs': `console.log((await import('./dist-library/main.js')).uses);`,
  });
  await tools.install(folder);
  await tools.bin(folder, 'vite', 'build');
  await tools.bin(folder, 'vite', 'build', '--ssr', 'main.js', '--outDir', 'dist-library');
  assert.equal((await tools.run(folder, 'run.mjs')).trim(), ALL_THERE);
}

/** Next.js renders the provider from a server component, which works because the entry of React is for clients. */
async function next(tools, folder, libraries) {
  folderWith(folder, {
    'package.json': { dependencies: { ...libraries, ...REACT, next: '16.4.6' } },
    'app/layout.jsx': `export default ({ children }) => <html lang="en"><body>{children}</body></html>;`,
    'app/page.jsx': `import { Live } from './live';
import { TidingsProvider } from '@tidings/client/react';
export default () => <TidingsProvider><p>from the server</p><Live /></TidingsProvider>;`,
    'app/live.jsx': `'use client';\nimport { uses } from './uses';\nexport const Live = () => <p>{uses}</p>;`,
    'app/uses.js': USES,
    'app/hook/route.js': `import { VerificationError, verifyEvent } from '@tidings/server';
export async function POST(request) {
  try {
    await verifyEvent({ headers: request.headers, body: await request.text(), secret: 'whsec_AAAA' });
    return new Response();
  } catch (error) {
    return new Response(error.code, { status: error instanceof VerificationError ? 400 : 500 });
  }
}`,
    'page.mjs': `import { readFileSync } from 'node:fs';
console.log(readFileSync('.next/server/app/index.html', 'utf8'));`,
  });
  await tools.install(folder);
  await tools.bin(folder, 'next', 'build');
  const page = await tools.run(folder, 'page.mjs');
  assert.ok(page.includes('<p>from the server</p>') && page.includes(`<p>${ALL_THERE}</p>`), page);
}

/** The bundler of React Native resolves each entry, and its bundle runs. */
async function metro(tools, folder, libraries) {
  const versions = { metro: '0.87.1', '@babel/core': '7.29.0', '@react-native/babel-preset': '0.88.1' };
  folderWith(folder, {
    'package.json': { dependencies: { ...libraries, react: REACT.react, ...versions } },
    'babel.config.js': `module.exports = { presets: ['module:@react-native/babel-preset'] };`,
    'metro.config.js': `module.exports = { resolver: { unstable_conditionNames: ['require', 'react-native'] } };`,
    'index.js': `import { uses } from './uses';\nglobalThis.uses = uses;`,
    'uses.js': USES,
    'bundle.mjs': `import Metro from 'metro';
const config = await Metro.loadConfig({ cwd: import.meta.dirname });
await Metro.runBuild(config, { entry: 'index.js', out: 'out.js', platform: 'ios', minify: false, dev: false });`,
    'run.mjs': `import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
runInThisContext(readFileSync('out.js', 'utf8'));
console.log(globalThis.uses);`,
  });
  await tools.install(folder);
  await tools.run(folder, 'bundle.mjs');
  assert.equal((await tools.run(folder, 'run.mjs')).trim(), ALL_THERE);
}

/** @param {Record<string, string>} libraries the tarballs of the client and the library for backends */
export async function checkApps(tools, { folder, libraries, step }) {
  for (const [name, build] of Object.entries({ vite, next, metro })) {
    await step(`an application of ${name}`, () => build(tools, join(folder, name), libraries));
  }
}
