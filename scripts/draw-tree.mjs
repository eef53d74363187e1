/** Draws the tree of src/ for ARCHITECTURE.md, from its imports: what a folder imports stands above it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const SRC = join(import.meta.dirname, '../src');
const ROOMS = ['platform', 'identity', 'access', 'webhooks', 'realtime', 'features'];
const WIDTH = 100;

const isSource = (path) => path.endsWith('.ts') && !/\.(?:spec|fixtures)\.ts$/.test(path);

const sources = readdirSync(SRC, { recursive: true })
  .map((path) => path.replaceAll('\\', '/'))
  .filter(isSource);

const importsOf = (path) =>
  [...readFileSync(join(SRC, path), 'utf8').matchAll(/(?:from|import) '(\.[^']+)\.js'/g)].map(([, target]) =>
    relative(SRC, join(SRC, path, '..', `${target}.ts`)).replaceAll('\\', '/'),
  );

/** The folder of a file inside `room`: undefined in another room, '' for a file of the room itself. */
function folderIn(room, path) {
  if (!path.startsWith(`${room}/`)) return undefined;
  const [first, ...rest] = path.slice(room.length + 1).split('/');
  return rest.length === 0 ? '' : first;
}

/** Folder -> folders of the same room that it imports. */
function graphOf(room) {
  const graph = new Map();
  for (const path of sources) {
    const folder = folderIn(room, path);
    if (folder === undefined || folder === '') continue;
    const targets = graph.get(folder) ?? new Set();
    graph.set(folder, targets);
    for (const target of importsOf(path).map((file) => folderIn(room, file))) {
      if (target !== undefined && target !== '' && target !== folder) targets.add(target);
    }
  }
  return graph;
}

/** Folders that import nothing of the rest first; of folders that import each other, the one that is imported more. */
function inOrder(graph) {
  const rest = new Map([...graph].toSorted());
  const order = [];
  const importers = (name) => [...rest.values()].filter((targets) => targets.has(name)).length;
  while (rest.size > 0) {
    const open = ([, targets]) => [...targets].filter((target) => rest.has(target)).length;
    const [[next]] = [...rest].toSorted((a, b) => open(a) - open(b) || importers(b[0]) - importers(a[0]));
    order.push(next);
    rest.delete(next);
  }
  return order;
}

function* linesOf(room) {
  const graph = graphOf(room);
  const order = inOrder(graph);
  const column = Math.max(...order.map((name) => name.length)) + 2;
  for (const name of order) {
    const targets = order.filter((other) => graph.get(name).has(other));
    let line = `  ${name.padEnd(column)}`;
    for (const [place, target] of targets.entries()) {
      const text = `${place === 0 ? '<- ' : ' '}${target}`;
      if (line.length + text.length > WIDTH) {
        yield line;
        line = ' '.repeat(column + 4);
      }
      line += text;
    }
    yield line.trimEnd();
  }
}

/** The picture: each room with its folders, `<-` before the folders of the room that a folder imports. */
export function drawTree() {
  const lines = ['src/'];
  for (const room of ROOMS) lines.push(`${room}/`, ...linesOf(room));
  return lines.join('\n');
}

if (process.argv[1] === import.meta.filename) console.log(drawTree());
