// Writes the licences of bundled libraries beside their bundle, whose copies must carry them: `write-notices.mjs cli`.
// `write-notices.mjs FOLDER PACKAGE`: those of one package with its dependencies, for the bundle in FOLDER/dist.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesBelow } from './locked-packages.mjs';

const IS_LICENCE = /^(?:licen[cs]e|notice|copying)\b/i;

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => IS_LICENCE.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

const [workspace = '', library = workspace] = process.argv.slice(2);
const libraries = packagesBelow([library]).filter((path) => path.includes('node_modules/'));
const separator = `\n\n${'-'.repeat(80)}\n\n`;
writeFileSync(join(workspace, 'dist/licences.txt'), `${libraries.map(noticeOf).toSorted().join(separator)}\n`);
