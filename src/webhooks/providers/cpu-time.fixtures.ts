/**
 * The processor's time of a step in milliseconds, the best of five: other processes and the compiler disturb single
 * runs. It includes the threads of the pool.
 */
export async function cpuTimeOf(step: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const start = process.cpuUsage();
    await step();
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1_000);
  }
  return Math.min(...times);
}
