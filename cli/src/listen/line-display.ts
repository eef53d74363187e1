import colors from 'picocolors';
import { clean, note, print, printJson } from '../terminal/output.js';
import { cellsOf, colorOf } from './cells.js';
import { msOf, type Display, type Link, type Row } from './display.js';

/** One line for each delivery; notices go to stderr. */
export class LineDisplay implements Display {
  row(row: Row): void {
    const { time, status, took, eventType, title } = cellsOf(row);
    print([colors.dim(time), colorOf(row)(status), took, eventType, title].join('  '));
  }

  notice(_code: string, text: string): void {
    note(colors.yellow(clean(text)));
  }

  link(_link: Link): void {}

  end(): void {}
}

/** One JSON object on each line of stdout, `type` first. */
export class JsonDisplay implements Display {
  row({ deliveryId, eventType, title, sourceId, ts, outcome }: Row): void {
    const status = outcome.kind === 'answered' ? outcome.status : null;
    const ms = msOf(outcome) ?? null;
    const at = new Date(ts).toISOString();
    const result = { outcome: outcome.kind, status, ms };
    printJson({ type: 'forwarded', deliveryId, sourceId, eventType, title, at, ...result });
  }

  notice(code: string, text: string): void {
    printJson({ type: 'notice', code, text });
  }

  link(link: Link): void {
    printJson({ type: 'connection', state: link });
  }

  end(): void {}
}
