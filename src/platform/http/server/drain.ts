import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Whether this process is shutting down: it still answers requests, but should not get new ones. */
@Injectable()
export class Drain implements OnModuleDestroy {
  #begun = false;

  get begun(): boolean {
    return this.#begun;
  }

  begin(): void {
    this.#begun = true;
  }

  onModuleDestroy(): void {
    this.begin();
  }
}
