/**
 * A point in the history of one document. The number alone doesn't say which history: after a restore or a failover to a
 * standby that lagged, the same number is given again to another update.
 */
export interface DocumentPosition {
  /** The number of the last update. */
  readonly seq: number;
  /** Random, drawn when that update was stored; null at the start, and for updates older than marks. */
  readonly mark: string | null;
}

export const START: DocumentPosition = { seq: 0, mark: null };

/** The stored history doesn't contain what this process has read or committed before. */
export class HistoryWentBack extends Error {
  override readonly name = 'HistoryWentBack';

  constructor(known: DocumentPosition) {
    super(`The history of the document does not contain update ${known.seq} any more.`);
  }
}

/**
 * SQL: whether the stored history contains a position. A state that was put in the place of updates knows their marks.
 * @param of SQL expressions; `seq` and `mark` are those of the position
 */
export function containsPosition(of: { readonly id: string; readonly seq: string; readonly mark: string }): string {
  const { id, seq, mark } = of;
  return `(${seq} = 0
    OR EXISTS (SELECT FROM document_updates AS kept
      WHERE kept.document_id = ${id} AND kept.seq = ${seq} AND kept.mark IS NOT DISTINCT FROM ${mark})
    OR EXISTS (SELECT FROM document_states AS kept
      WHERE kept.document_id = ${id} AND (kept.seq = ${seq} AND kept.mark IS NOT DISTINCT FROM ${mark}
        OR kept.seq > ${seq} AND ${mark} = ANY (kept.folded))))`;
}
