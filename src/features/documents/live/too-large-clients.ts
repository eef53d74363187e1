import * as Y from 'yjs';

const MAX_KNOWN = 1_000;

/**
 * Yjs clients whose connection this process has closed with 1009. Such a client would resend the same message on every
 * sync, so it gets an error instead. Reloading the document makes a new client.
 */
export class TooLargeClients {
  private readonly known = new Set<string>();

  add(documentId: string, clientId: number): void {
    this.known.add(`${documentId} ${clientId}`);
    for (const oldest of this.known) if (this.known.size > MAX_KNOWN) this.known.delete(oldest);
  }

  /**
   * @param stateVector of a client
   * @throws Error when it is malformed
   */
  has(documentId: string, stateVector: Uint8Array): boolean {
    if (this.known.size === 0) return false;
    return [...Y.decodeStateVector(stateVector).keys()].some((id) => this.known.has(`${documentId} ${id}`));
  }
}
