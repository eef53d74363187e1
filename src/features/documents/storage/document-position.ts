/**
 * A point in the history of one document. The number alone does not identify the history: after a restore, or a
 * failover to a standby that lagged, another update gets the same number.
 */
export interface DocumentPosition {
  /** The number of the last update. */
  readonly seq: number;
  /** Random, assigned when that update was stored; null at the start, and for updates older than marks. */
  readonly mark: string | null;
}

export const START: DocumentPosition = { seq: 0, mark: null };

/** The stored history no longer contains an update that this process has read or committed. */
export class HistoryWentBack extends Error {
  override readonly name = 'HistoryWentBack';

  constructor(known: DocumentPosition) {
    super(`The history of the document does not contain update ${known.seq} any more.`);
  }
}

/**
 * SQL: whether the stored history contains a position. A state keeps the marks of the updates that it replaces.
 * @param of SQL expressions for the document and the position
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
