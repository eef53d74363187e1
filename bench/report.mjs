import { median } from './statistics.mjs';

const LATENCY_MS = { p50: 5, p99: 30 };

/** Prints a row for each competitor: the medians of its rounds. */
export function printTable(results) {
  const columns = [
    ['accept/s, 50 conn', ({ accept50 }) => accept50?.acceptRate],
    ['p50 ms', ({ accept50 }) => accept50?.answer.p50],
    ['p99 ms', ({ accept50 }) => accept50?.answer.p99],
    ['accept/s, 200 conn', ({ accept200 }) => accept200?.acceptRate],
    ['p50 ms', ({ accept200 }) => accept200?.answer.p50],
    ['p99 ms', ({ accept200 }) => accept200?.answer.p99],
    ['accept/s, all parts', ({ whole }) => whole?.acceptRate],
    ['end to end/s', ({ whole }) => whole?.endToEndRate],
    ['at 100/s: answer p50', ({ paced }) => paced?.answer.p50],
    ['p99 ms', ({ paced }) => paced?.answer.p99],
    ['frame p50', ({ paced }) => paced?.frame?.p50],
    ['p99 ms', ({ paced }) => paced?.frame?.p99],
  ];
  printRows(results, columns);
}

/** Prints the median of all rounds in each column. */
export function printRows(results, columns) {
  print([
    ['', ...columns.map(([title]) => title)],
    ...results.map(({ label, rounds }) => [label, ...columns.map(([, value]) => figure(medianOf(rounds, value)))]),
  ]);
}

/** Compares within a round, where both sides ran on the same machine load, and then takes the median of the ratios. */
export function printTargets(results) {
  const rounds = (name) => results.find((one) => one.name === name)?.rounds;
  const tidings = rounds('tidings');
  const naive = rounds('naive');
  const baseline = rounds('baseline');
  const compare = (others, of) => others && median(tidings.map((round, i) => of(round) / of(others[i])));
  const more = (of, ofBaseline) => median(tidings.map((round, i) => of(round) - ofBaseline(baseline[i])));
  const over = (q) =>
    more(
      ({ paced }) => paced.frame[q],
      ({ paced }) => paced.answer[q],
    );
  const at50 = ({ accept50 }) => accept50.acceptRate;
  const at200 = ({ accept200 }) => accept200.acceptRate;

  console.log('\nTargets (median of the ratios of each round)');
  target('accept rate, 50 connections, / (a)', compare(naive, at50), 2);
  target('accept rate, 200 connections, / (a)', compare(naive, at200), 2);
  target('accept rate, 50 connections, / (b)', compare(baseline, at50), 0.8);
  target('accept rate, 200 connections, / (b)', compare(baseline, at200), 0.8);
  target(
    'accepted, stored and delivered to a socket, / (a)',
    compare(naive, ({ whole }) => whole.endToEndRate),
    2,
  );
  atMost('at 100/s, from POST to frame, p50 ms more than the answer of (b)', over('p50'), LATENCY_MS.p50);
  atMost('at 100/s, from POST to frame, p99 ms more than the answer of (b)', over('p99'), LATENCY_MS.p99);
}

/** Prints the cost of a change: the ratios within each round of this build to the one in BENCH_BEFORE. */
export function printComparison(results, figures) {
  const [tidings, before] = ['tidings', 'before'].map((name) => results.find((one) => one.name === name)?.rounds);
  if (tidings === undefined || before === undefined) return;
  console.log('\nThis build / the build in BENCH_BEFORE (median of the ratios of each round)');
  for (const [what, of] of figures) {
    const ratios = tidings.map((round, i) => of(round) / of(before[i]));
    const all = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
    console.log(`  ${what}: ${median(ratios).toFixed(3)} (${all})`);
  }
}

export function target(what, value, least) {
  if (value === undefined) return console.log(`  left out  ${what}: the other competitor did not run`);
  console.log(
    `  ${value >= least ? 'met      ' : 'NOT MET  '} ${what}: ${value.toFixed(2)} (target: ${least} or more)`,
  );
}

export function atMost(what, value, max) {
  if (value === undefined) return console.log(`  left out  ${what}: the other competitor did not run`);
  console.log(`  ${value <= max ? 'met      ' : 'NOT MET  '} ${what}: ${value.toFixed(2)} (target: ${max} or less)`);
}

export function medianOf(rounds, value) {
  const values = rounds.map(value).filter((one) => one !== undefined);
  return values.length === 0 ? undefined : median(values);
}

function figure(value) {
  if (value === undefined) return '-';
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

function print(rows) {
  const lines = rows.map((row) => `| ${row.join(' | ')} |`);
  lines.splice(1, 0, `|${rows[0].map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`);
  console.log(lines.join('\n'));
}
