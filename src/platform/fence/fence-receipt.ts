import { AsyncLocalStorage } from 'node:async_hooks';

/** The result of a confirmed change of rights. */
export interface FenceReceipt {
  /** The number of nodes that may send. Each of them has applied the change. */
  readonly nodes: number;
  /** Milliseconds from the commit to the last confirmation. */
  readonly durationMs: number;
}

const receipts = new AsyncLocalStorage<(receipt: FenceReceipt) => void>();

/** Calls `onReceipt` for each change of rights that `work` makes, so that use cases need not return receipts. */
export const withReceipts = <Result>(onReceipt: (receipt: FenceReceipt) => void, work: () => Result): Result =>
  receipts.run(onReceipt, work);

export const reportReceipt = (receipt: FenceReceipt): void => receipts.getStore()?.(receipt);

/** The value of a `Server-Timing` header (W3C Server Timing), e.g. `fence;dur=41.3;desc="3 nodes"`. */
export const serverTimingOf = ({ nodes, durationMs }: FenceReceipt): string =>
  `fence;dur=${durationMs.toFixed(1)};desc="${nodes} ${nodes === 1 ? 'node' : 'nodes'}"`;
