import { atMost, medianOf, printRows, target } from '../report.mjs';
import { median } from '../statistics.mjs';

const SHARE_OF_WS = 0.95;
const TIMES_SOCKET_IO = 2;
const KIB_OVER_WS = 6;

/** Prints a table for each number of subscribers, and one with the memory of an idle subscriber. */
export function printFanout({ results, sizes, rounds }) {
  for (const subscribers of sizes) {
    const of = (phase, figure) => (round) => round[subscribers][phase][figure];
    const columns = [
      ['deliveries/s', of('flood', 'perSecond')],
      ['per CPU second', of('flood', 'perCpuSecond')],
      ['p50 ms', of('flood', 'p50')],
      ['p99 ms', of('flood', 'p99')],
      ['paced: per CPU second', of('paced', 'perCpuSecond')],
      ['p50 ms', of('paced', 'p50')],
      ['p99 ms', of('paced', 'p99')],
      ['event loop delay, p99 ms', ({ [subscribers]: { flood } }) => flood.eventLoopDelay?.p99],
      ['longest ms', ({ [subscribers]: { flood } }) => flood.eventLoopDelay?.longest],
    ];
    console.log(`\n## One message of 200 bytes to ${subscribers} subscribers, medians of ${rounds} rounds\n`);
    printRows(results, columns);
    for (const { label, rounds: its } of results) {
      const busy = medianOf(its, (round) => round[subscribers].flood.busy);
      const clients = medianOf(its, (round) => round[subscribers].flood.clientsBusy);
      console.log(`  cores in use, flooded: ${label}: server ${busy.toFixed(2)}, clients ${clients.toFixed(2)}`);
    }
  }
  const largest = sizes.at(-1);
  if (results[0]?.rounds[0]?.[largest].memory === undefined) return;
  console.log(`\n## An idle subscriber, of ${largest}\n`);
  printRows(results, [['KiB', (round) => round[largest].memory]]);
}

/** Compares within each round and prints the medians. */
export function printFanoutTargets({ results, sizes }) {
  const rounds = (name) => results.find((one) => one.name === name)?.rounds;
  const ours = rounds('tidings');
  if (ours === undefined) return;
  const ratio = (name, of) => rounds(name) && median(ours.map((round, i) => of(round) / of(rounds(name)[i])));
  console.log('\nTargets (median of the ratios of each round)');
  for (const subscribers of sizes) {
    const flood = (round) => round[subscribers].flood.perSecond;
    const cost = (round) => round[subscribers].paced.perCpuSecond;
    const late = (round) => round[subscribers].flood.p99;
    target(`${subscribers}: deliveries/s / bare ws`, ratio('ws', flood), SHARE_OF_WS);
    target(`${subscribers}: paced deliveries per CPU second / bare ws`, ratio('ws', cost), SHARE_OF_WS);
    target(`${subscribers}: deliveries/s / Socket.IO`, ratio('socketio', flood), TIMES_SOCKET_IO);
    target(`${subscribers}: paced deliveries per CPU second / Socket.IO`, ratio('socketio', cost), TIMES_SOCKET_IO);
    target(`${subscribers}: deliveries/s / nchan`, ratio('nchan', flood), 1);
    for (const name of ['ws', 'socketio', 'nchan', 'nats'])
      atMost(`${subscribers}: p99 / ${name}`, ratio(name, late), 1);
  }
  const memory = (round) => round[sizes.at(-1)].memory;
  if (memory(ours[0]) === undefined) return;
  const over = rounds('ws') && median(ours.map((round, i) => memory(round) - memory(rounds('ws')[i])));
  atMost('KiB of an idle subscriber more than bare ws', over, KIB_OVER_WS);
  atMost('KiB of an idle subscriber / Socket.IO', ratio('socketio', memory), 1);
}
