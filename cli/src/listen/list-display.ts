import { emitKeypressEvents, type Key } from 'node:readline';
import type { DeliveryActions } from './delivery-actions.js';
import { statusText, type Display, type Link, type NoticeCode, type Row } from './display.js';
import { drawList } from './draw-list.js';
import { addRow, EMPTY_LIST, pressKey, repeatRow, selectedRow, type ListKey, type ListState } from './list-state.js';

const KEYS: Readonly<Record<string, ListKey>> = {
  up: 'up',
  k: 'up',
  down: 'down',
  j: 'down',
  home: 'first',
  end: 'last',
  d: 'details',
  return: 'details',
  escape: 'close',
};
/** The other screen of the terminal, without the cursor and without the wrapping of long lines; then all of it back. */
const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const LEAVE = '\u001B[?7h\u001B[?25h\u001B[?1049l';
const DRAW_AFTER_MS = 20;
const FALLBACK_SIZE = { columns: 80, rows: 24 };

/** A live list of deliveries on the terminal, with keys. */
export class ListDisplay implements Display {
  private state: ListState = EMPTY_LIST;
  private timer: NodeJS.Timeout | undefined;
  private readonly leave = () => process.stdout.write(LEAVE);
  private readonly redraw = () => this.change((state) => state);
  private readonly onKey = (_text: string | undefined, key: Key) => this.press(key);

  constructor(private readonly actions: DeliveryActions) {
    process.stdout.write(ENTER);
    // Also when the process ends by an error.
    process.once('exit', this.leave);
    process.stdout.on('resize', this.redraw);
    emitKeypressEvents(process.stdin);
    process.stdin.setRawMode(true);
    process.stdin.on('keypress', this.onKey);
    process.stdin.resume();
    this.redraw();
  }

  row(row: Row): void {
    this.change((state) => addRow(state, row));
  }

  notice(code: NoticeCode, text: string): void {
    this.change((state) => (code === 'started' ? { ...state, heading: text } : { ...state, notice: text }));
  }

  link(link: Link): void {
    this.change((state) => ({ ...state, link }));
  }

  end(): void {
    clearTimeout(this.timer);
    process.stdin.off('keypress', this.onKey);
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.off('resize', this.redraw);
    process.off('exit', this.leave);
    this.leave();
  }

  private press({ name = '', ctrl }: Key): void {
    const known = KEYS[name];
    if (name === 'q' || (ctrl === true && name === 'c')) process.kill(process.pid, 'SIGINT');
    else if (known !== undefined) this.change((state) => pressKey(state, known));
    else if (name === 'r') void this.act('Repeating', (id) => this.repeat(id));
    else if (name === 'o') void this.act('Opening', async (id) => this.actions.open(id));
  }

  private async act(doing: string, run: (deliveryId: string) => Promise<string>): Promise<void> {
    const row = selectedRow(this.state);
    if (row === undefined) return;
    const say = (notice: string) => this.change((state) => ({ ...state, notice }));
    say(`${doing} ${row.deliveryId} ...`);
    say(await run(row.deliveryId).catch((error: unknown) => (error instanceof Error ? error.message : String(error))));
  }

  private async repeat(deliveryId: string): Promise<string> {
    const outcome = await this.actions.repeat(deliveryId);
    this.change((state) => repeatRow(state, deliveryId, outcome));
    return `Repeated ${deliveryId}: ${statusText(outcome)}`;
  }

  private change(next: (state: ListState) => ListState): void {
    this.state = next(this.state);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.draw();
    }, DRAW_AFTER_MS);
  }

  private draw(): void {
    const { columns, rows } = process.stdout;
    // A terminal whose size is unknown says zero.
    const size = { columns: columns || FALLBACK_SIZE.columns, rows: rows || FALLBACK_SIZE.rows };
    const lines = drawList(this.state, size).map((line) => `${line}\u001B[K`);
    process.stdout.write(`\u001B[H${lines.join('\r\n')}`);
  }
}
