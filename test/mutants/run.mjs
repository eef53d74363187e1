// Breaks the source in a copy of the project, one promise at a time, and requires that the named test notices each:
// `npm run test:mutants [-- <name> ...] [--write]`. `--write` writes docs/mutants.md, for `npm run format` to align.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { documentOf, lineOf } from './report.mjs';
import { identity } from './identity.mjs';
import { live } from './live.mjs';
import { records } from './records.mjs';
import { rights } from './rights.mjs';
import { runTests } from './run-tests.mjs';
import { MutantTree } from './tree.mjs';
import { webhooks } from './webhooks.mjs';

const project = resolve(import.meta.dirname, '../..');
const options = process.argv.slice(2);
const names = options.filter((option) => !option.startsWith('--'));
const all = [...webhooks, ...live, ...rights, ...identity, ...records];
const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
const unknown = names.filter((name) => !all.some((mutant) => mutant.name === name));
if (unknown.length > 0) throw new Error(`There is no mutant ${unknown.join(', ')}.`);

const tree = await MutantTree.copyOf(project);
try {
  await requireGreen();
  const outcomes = [];
  for (const mutant of chosen) {
    const outcome = await judge(mutant);
    console.log(lineOf(mutant, outcome));
    outcomes.push(outcome);
  }
  const missed = outcomes.filter(({ verdict }) => verdict !== 'caught');
  console.log(`${outcomes.length - missed.length} of ${outcomes.length} mutants are caught.`);
  if (options.includes('--write') && names.length === 0 && missed.length === 0)
    writeFileSync(join(project, 'docs/mutants.md'), documentOf(chosen, outcomes));
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  tree.remove();
}

/** A test that fails without a mutant proves nothing. */
async function requireGreen() {
  tree.checkAll(chosen);
  let left = chosen;
  // Twice, since a busy machine fails a test of times.
  for (let attempt = 0; attempt < 2 && left.length > 0; attempt++) {
    const { failures, passed, output } = await runTests(tree, left);
    const failed = failures.map(({ name }) => name);
    left = left.filter(({ test }) => failed.some(isOf(test)) || !passed.some(isOf(test)));
    if (left.length > 0) console.error(output);
  }
  if (left.length === 0) return;
  throw new Error(`Without a mutant these tests must pass: ${left.map(({ test }) => test).join('; ')}.`);
}

function isOf(test) {
  return (name) => name.includes(test);
}

async function judge(mutant) {
  const begin = performance.now();
  const restore = tree.apply(mutant);
  const { failures, passed, output } = await runTests(tree, [mutant]);
  restore();
  const seconds = (performance.now() - begin) / 1_000;
  const asserted = failures.filter(({ isAssertion }) => isAssertion);
  if (asserted.length > 0) return { verdict: 'caught', seconds, by: asserted[0].name };
  if (failures.length === 0 && passed.length > 0) return { verdict: 'survived', seconds };
  // Neither a compile error nor a crash before the first assertion is a test that notices.
  return { verdict: 'invalid', seconds, by: failures[0]?.message ?? output.slice(-2_000) };
}
