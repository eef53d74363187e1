/** The rows of docs/operations.md that the lamps of the screen lead to, as anchors of its page. */
export const OPERATIONS = {
  check: (name: string): string => `check-${name}`,
  lostLease: 'fault-lost-lease',
  failedJobs: 'tidings_jobs_total',
} as const;
