// Prints the part of CHANGELOG.md about a version, for its release: `npm run --silent release:notes [-- 0.2.0]`.
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const wanted = process.argv[2] ?? version;
const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
const section = sections.find((text) => text.startsWith(`[${wanted}]`));
if (section === undefined) {
  console.error(`CHANGELOG.md has no section [${wanted}]: npm run release:version writes its heading.`);
  process.exit(1);
}
// The first line is the heading.
console.log(section.slice(section.indexOf('\n')).trim());
