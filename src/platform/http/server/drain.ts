import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Whether this process is on its way out: it answers what it is asked, but should be asked no more. */
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
