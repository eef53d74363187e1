/**
 * Runs tasks of many steps, each task once in this process, until a step returns false. Tasks are independent of each
 * other. An error ends the run of its task and goes to `onError`; a later `start` may go on with it.
 */
export class StepRunner {
  private readonly running = new Map<string, Promise<void>>();
  private isStopping = false;

  /** @param onError must not reject */
  constructor(
    private readonly step: (taskId: string) => Promise<boolean>,
    private readonly onError: (taskId: string, error: unknown) => Promise<void>,
  ) {}

  /** Does nothing for a task that runs already, and after `stop`. */
  start(taskId: string): void {
    if (this.isStopping || this.running.has(taskId)) return;
    this.running.set(
      taskId,
      this.run(taskId).finally(() => this.running.delete(taskId)),
    );
  }

  /** Resolves when the steps under way have ended. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.running.values());
  }

  private async run(taskId: string): Promise<void> {
    try {
      while (!this.isStopping && (await this.step(taskId)));
    } catch (error) {
      await this.onError(taskId, error);
    }
  }
}
