import { answer } from '../../api/api.js';
import { words } from '../../words/words.js';

/** After how long a change of rights is in force, and on how many nodes. */
export interface FenceReceipt {
  readonly ms: number;
  /** Undefined when the server does not tell. */
  readonly nodes: number | undefined;
}

/** Reads `Server-Timing`; undefined when the change affects the rights of no user. */
export function receiptIn(header: string | null): FenceReceipt | undefined {
  const match = /\bfence;dur=([\d.]+)(?:;desc="(\d+) nodes?")?/.exec(header ?? '');
  if (match === null) return undefined;
  return { ms: Number(match[1]), nodes: match[2] === undefined ? undefined : Number(match[2]) };
}

/** The answer to a change of rights, with its receipt. @throws Problem */
export async function fencedAnswer<Body>(
  call: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<{ readonly data: NonNullable<Body>; readonly receipt: FenceReceipt | undefined }> {
  let header: string | null = null;
  const data = await answer(
    call.then((result) => {
      header = result.response.headers.get('server-timing');
      return result;
    }),
  );
  return { data, receipt: receiptIn(header) };
}

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function receiptText(receipt: FenceReceipt | undefined): string {
  const { inForce, inForceAfter, saved } = words.people.receipt;
  if (receipt === undefined) return saved;
  const ms = receipt.ms < 1 ? '1' : number.format(receipt.ms);
  return receipt.nodes === undefined ? inForceAfter(ms) : inForce(receipt.nodes, ms);
}
