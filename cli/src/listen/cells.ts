import { clean, clock, statusColor } from '../terminal/output.js';
import { msOf, statusText, type Row } from './display.js';

/** The cells of a delivery, as wide as their columns. */
export function cellsOf({ ts, eventType, title, outcome }: Row) {
  const ms = msOf(outcome);
  return {
    time: clock(ts),
    status: statusText(outcome).padEnd(7),
    took: (ms === undefined ? '' : `${ms} ms`).padStart(8),
    eventType: clean(eventType).padEnd(24),
    title: clean(title),
  };
}

export const colorOf = ({ outcome }: Row): ((text: string) => string) =>
  statusColor(outcome.kind === 'answered' ? statusText(outcome) : '5');
