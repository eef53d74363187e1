// Prepares a release: `npm run release:version`. All packages get the version that the changesets ask for, and the
// changes in CHANGELOG.md get its heading. Review the difference, and commit it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const run = (command, ...args) =>
  execFileSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
const versionIn = (path) => JSON.parse(readFileSync(path, 'utf8')).version;
const edit = (path, change) => writeFileSync(path, change(readFileSync(path, 'utf8')));

const before = versionIn('package.json');
run('npx', '--no-install', 'changeset', 'version');
const version = versionIn('cli/package.json');
const today = new Date().toISOString().slice(0, 10);

edit('CHANGELOG.md', (text) => {
  if (text.includes(`\n## [${version}]`))
    throw new Error(`${version} has been released: add a changeset, npx changeset`);
  return text.replace('\n## [Unreleased]\n', `\n## [Unreleased]\n\n## [${version}] - ${today}\n`);
});
// changesets leaves out the package of the root.
edit('package.json', (text) => text.replace(`"version": "${before}"`, `"version": "${version}"`));
for (const path of ['docker-compose.yml', 'test/containers/run.sh', 'docs/kubernetes.md']) {
  edit(path, (text) => text.replaceAll(new RegExp(`(tidings(?:-proxy)?):${before}\\b`, 'g'), `$1:${version}`));
}
edit('deploy/helm/tidings/Chart.yaml', (text) =>
  text.replaceAll(new RegExp(`^((?:appV|v)ersion: )${before}$`, 'gm'), `$1${version}`),
);
run('npm', 'install', '--package-lock-only', '--ignore-scripts');
