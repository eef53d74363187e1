import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyCheckout } from '../../scripts/copy-checkout.mjs';

/** Read by tests and never written, so links are enough. */
const PARTS = ['client', 'backend', 'dashboard', 'cli', 'docs'];
const BUILT = ['dist', 'client/dist', 'backend/dist', 'dashboard/dist', 'cli/dist', 'docs/.vitepress/dist'];
const LINKED = [...PARTS.map((part) => `${part}/node_modules`), ...BUILT];

/** A copy of the project in which one mutant at a time is alive. */
export class MutantTree {
  constructor(root) {
    this.root = root;
  }

  /** Copies the project with links to its build and its packages. */
  static async copyOf(project) {
    const root = await copyCheckout('tidings-mutants-');
    for (const link of LINKED.filter((path) => existsSync(join(project, path)))) {
      mkdirSync(dirname(join(root, link)), { recursive: true });
      symlinkSync(join(project, link), join(root, link));
    }
    return new MutantTree(root);
  }

  /** @throws Error for a mutant whose text the source does not contain exactly once */
  checkAll(mutants) {
    for (const mutant of mutants) this.apply(mutant)();
  }

  /** @returns a function that restores the source */
  apply({ name, edits }) {
    const originals = new Map();
    for (const { file, find, replace } of edits) {
      const path = join(this.root, file);
      const text = readFileSync(path, 'utf8');
      const found = text.split(find).length - 1;
      if (found !== 1) throw new Error(`${name}: ${file} contains ${found} times, not once: ${find}`);
      if (!originals.has(path)) originals.set(path, text);
      writeFileSync(
        path,
        text.replace(find, () => replace),
      );
    }
    return () => originals.forEach((text, path) => writeFileSync(path, text));
  }

  remove() {
    rmSync(this.root, { recursive: true, force: true });
  }
}
