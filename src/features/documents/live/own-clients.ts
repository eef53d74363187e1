import { updateInvalid } from '../document.errors.js';
import { MAX_NEW_CLIENTS } from '../content/limits.js';
import type { DocumentClients } from '../storage/document-clients.js';

/** The Yjs clients for which one session may speak and write: those of its user. */
export class OwnClients {
  /** The one client that the session shows. */
  private shownId: number | undefined;
  private readonly written = new Set<number>();

  constructor(
    private readonly clients: DocumentClients,
    private readonly documentId: string,
    private readonly userId: string,
  ) {}

  get shown(): number | undefined {
    return this.shownId;
  }

  /** @returns false when the id belongs to another user */
  async mayShow(clientId: number): Promise<boolean> {
    if (clientId === this.shownId) return true;
    const { documentId, userId } = this;
    const { foreign } = await this.clients.show({ documentId, userId, clientIds: [clientId], ownId: clientId });
    if (foreign.length === 0) this.shownId = clientId;
    return foreign.length === 0;
  }

  /**
   * @returns false when one of the ids belongs to another user
   * @throws `document.invalid-update` when there are more than any client has
   */
  async mayWrite(clientIds: readonly number[]): Promise<boolean> {
    const asked = clientIds.filter((id) => !this.written.has(id));
    if (asked.length === 0) return true;
    if (asked.length > MAX_NEW_CLIENTS) throw updateInvalid('It has changes of too many clients.');
    const { documentId, userId, shownId: ownId } = this;
    const { foreign, takesBack } = await this.clients.write({ documentId, userId, clientIds: asked, ownId });
    if (foreign.length > 0) return takesBack;
    for (const id of asked) if (!takesBack || id === ownId) this.written.add(id);
    return true;
  }
}
