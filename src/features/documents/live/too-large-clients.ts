import * as Y from 'yjs';

const MAX_KNOWN = 1_000;

/**
 * Yjs clients whose connection was cut with 1009, in this process. Asked for what it has, such a client would send the
 * same message again for ever, so it is told instead. Whoever loads the document anew is another client.
 */
export class TooLargeClients {
  private readonly known = new Set<string>();

  add(documentId: string, clientId: number): void {
    this.known.add(`${documentId} ${clientId}`);
    for (const oldest of this.known) if (this.known.size > MAX_KNOWN) this.known.delete(oldest);
  }

  /**
   * @param stateVector of a client
   * @throws Error when it can't be read
   */
  has(documentId: string, stateVector: Uint8Array): boolean {
    if (this.known.size === 0) return false;
    return [...Y.decodeStateVector(stateVector).keys()].some((id) => this.known.has(`${documentId} ${id}`));
  }
}
