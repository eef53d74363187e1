// Writes the table of recorded runs in docs/reliability.md.
import { readFileSync } from 'node:fs';

const MARKS = /(<!-- runs -->\n)[\s\S]*?(<!-- end of runs -->)/;
const number = new Intl.NumberFormat('en');

/** Fills in the table; the text around it is written by hand. */
export function faultRuns() {
  const text = readFileSync('docs/reliability.md', 'utf8');
  if (!MARKS.test(text)) throw new Error('docs/reliability.md lacks the markers of its table.');
  const runs = Object.entries(JSON.parse(readFileSync('docs/figures/fault-runs.json', 'utf8')));
  const rows = [['test', 'figures', 'command', 'run'], ['---', '---', '---', '---'], ...runs.map(cellsOf)];
  const lines = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return text.replace(MARKS, (_all, begin, end) => `${begin}\n${lines.join('\n')}\n\n${end}`);
}

function cellsOf([name, { command, figures, date, node, postgres, cores }]) {
  const counted = Object.entries(figures).map(([label, value]) => `${label}: ${shown(value)}`);
  const environment = `${date}, Node ${node}, PostgreSQL ${postgres}, ${cores} cores`;
  return [name.replaceAll('|', '\\|'), counted.join('; '), `\`${command}\``, environment];
}

const shown = (value) => (typeof value === 'number' ? number.format(value) : value);
