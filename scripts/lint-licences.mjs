// Checks the licences of all packages that are installed with the published ones or bundled into them:
// `npm run lint:licences`. It reads the files in node_modules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesBelow } from './locked-packages.mjs';

/** Licences that allow distribution together with MIT code; those of MPL-2.0 concern changed files only. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);
/** Packages that name their licence elsewhere, by name and version: the Readme of `pause` has it. */
const NAMED_ELSEWHERE = { 'pause@0.0.1': 'MIT' };

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** An expression of SPDX without nested brackets, or one of the older forms. */
function licenceOf({ name, version, license, licenses }) {
  if (typeof license === 'string') return license.replaceAll(/[()]/g, '');
  const types = [license ?? licenses ?? []].flat().map(({ type }) => type);
  return types.join(' OR ') || (NAMED_ELSEWHERE[`${name}@${version}`] ?? '');
}

const isAllowed = (expression) =>
  expression.split(' OR ').some((one) => one.split(' AND ').every((name) => ALLOWED.has(name)));

const installed = packagesBelow(['', 'client', 'backend', 'cli', 'dashboard']).map((path) =>
  join(path, 'package.json'),
);
const refused = installed
  .map((path) => ({ path, licence: licenceOf(read(path)) }))
  .filter((one) => !isAllowed(one.licence));
for (const { path, licence } of refused) console.error(`${path}: the licence "${licence}" is not in the list`);
console.log(`${installed.length} packages, ${refused.length} with a licence that is not allowed`);
process.exitCode = refused.length === 0 ? 0 : 1;
