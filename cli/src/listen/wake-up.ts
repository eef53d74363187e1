/** Ends a wait early. A call while nothing waits ends the next wait. */
export class WakeUp {
  private isCalled = false;
  private wake: (() => void) | undefined;

  /** @param signal ends every wait */
  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.call(), { once: true });
  }

  call(): void {
    this.isCalled = true;
    this.wake?.();
  }

  async wait(ms: number): Promise<void> {
    if (!this.isCalled && !this.signal.aborted) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
    }
    this.wake = undefined;
    this.isCalled = false;
  }
}
