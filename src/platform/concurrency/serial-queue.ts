/** Runs pieces of work one after another, in the order of the calls. A failure fails its own caller only. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /** @returns the result of `work`; settles after all work that was queued before it */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(work);
    this.last = result.catch(() => undefined);
    return result;
  }
}
