// Checks comments, names of tests and documents: `npm run lint:prose [-- PATH...]`.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { proseFaults } from './prose.mjs';

const paths = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...process.argv.slice(2)], {
  encoding: 'utf8',
})
  .split('\n')
  .filter(
    (path) =>
      /\.(?:tsx?|mjs|md)$/.test(path) &&
      !/(?:^|\/)CHANGELOG\.md$|^docs\/adr\/|\.d\.ts$|^client\/src\/contract\.ts$|^backend\/src\/api-types\.ts$|^test\/law\//.test(
        path,
      ),
  );
const faults = paths.flatMap((path) =>
  proseFaults(path, readFileSync(path, 'utf8')).map((fault) => `${path}:${fault}`),
);
for (const fault of faults) console.log(fault);
if (faults.length > 0) {
  console.error(`${faults.length} faults: see "Prose" in CONTRIBUTING.md.`);
  process.exitCode = 1;
}
