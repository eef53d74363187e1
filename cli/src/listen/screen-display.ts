import type { Display } from './display.js';
export class ScreenDisplay implements Display {
  constructor(readonly options: { target: string; addressOf(id: string): string }) {}
  row() {}
  notice() {}
  link() {}
  attach() {}
  end() {}
}
