import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Declarations of the names that the examples assume. */
const GIVEN = `
import type { Position } from '@tidings/client';
declare global {
  const url: string;
  const token: string;
  const workspaceId: string;
  const accessToken: string;
  const session: { accessToken(): string };
  const position: Position;
  const user: { id: string };
  const options: import('@tidings/client').TidingsOptions;
  const apiKey: string;
  const secret: string;
  interface MyEvents { 'order:paid': { order: number } }
  function ship(order: number): Promise<void>;
  function showPaid(order: number): void;
  function show(text: string): void;
  function showAll(items: unknown[]): void;
  function showState(state: string, why: string | undefined): void;
  function mayRead(token: string): boolean;
  function $props(): any;
  function $state<Value>(value: Value): Value;
  interface Webhook { id: string; payload: { title: string } }
  type Position = import('@tidings/client').Position;
}
`;

/**
 * Compiles examples of documents in strict TypeScript against the built packages.
 * @param examples code by the name of its file, without ending
 * @returns the errors of the compiler; empty when there are none
 */
export function compileExamples(examples: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'tidings-examples-'));
  try {
    mkdirSync(join(directory, 'src'));
    symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(directory, 'src/given.ts'), GIVEN);
    for (const [name, code] of Object.entries(examples)) {
      writeFileSync(join(directory, `src/${name}.tsx`), `${code}\nexport {};\n`);
    }
    const compilerOptions = {
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      target: 'ES2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      types: [],
    };
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', directory], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
