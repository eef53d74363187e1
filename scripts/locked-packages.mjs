import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The devDependencies of these workspaces are bundled, except for the tools that bundle. */
const BUNDLES = ['cli', 'dashboard'];
const TOOLS = new Set(['vite', '@tailwindcss/vite']);

/**
 * The packages that are installed or bundled with workspaces, by package-lock.json.
 * @param {string[]} workspaces their folders; '' is the root
 * @returns {string[]} their folders and those of the workspaces; without optional packages for other systems
 */
export function packagesBelow(workspaces) {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const found = new Set();
  for (const path of workspaces) collect(packages, path, found);
  return [...found].filter((path) => existsSync(join(path, 'package.json')));
}

function collect(packages, path, found) {
  if (found.has(path)) return;
  found.add(path);
  const { dependencies, optionalDependencies, devDependencies = {} } = packages[path];
  const bundled = BUNDLES.includes(path) ? Object.keys(devDependencies).filter((name) => !TOOLS.has(name)) : [];
  for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...bundled]) {
    const dependency = find(packages, name, path);
    if (dependency !== undefined) collect(packages, dependency, found);
  }
}

/** As Node finds a package: in node_modules of the folder, and then of each folder above. */
function find(packages, name, folder) {
  const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
  const entry = packages[path];
  if (entry !== undefined) return entry.link ? entry.resolved : path;
  if (folder === '') return undefined;
  return find(packages, name, folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/'))));
}
