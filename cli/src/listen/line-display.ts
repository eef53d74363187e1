import colors from 'picocolors';
import { clean, clock, note, print, printJson, statusColor } from '../terminal/output.js';
import { msOf, statusText, type Display, type Link, type Row } from './display.js';

/** One line for each delivery; notices go to stderr. */
export class LineDisplay implements Display {
  row({ ts, eventType, title, outcome }: Row): void {
    const status = statusText(outcome);
    const ms = msOf(outcome);
    const parts = [
      colors.dim(clock(ts)),
      statusColor(outcome.kind === 'answered' ? status : '5')(status.padEnd(7)),
      (ms === undefined ? '' : `${ms} ms`).padStart(8),
      clean(eventType).padEnd(24),
      clean(title),
    ];
    print(parts.join('  '));
  }

  notice(_code: string, text: string): void {
    note(colors.yellow(clean(text)));
  }

  link(_link: Link): void {}
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
}
