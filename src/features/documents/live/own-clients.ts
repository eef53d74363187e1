import { updateInvalid } from '../document.errors.js';
import { MAX_NEW_CLIENTS } from '../content/limits.js';
import type { DocumentClients } from '../storage/document-clients.js';

/** The Yjs clients that one session may show and write under: those of its user. */
export class OwnClients {
  /** The client in the session's awareness state. */
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
  async canShow(clientId: number): Promise<boolean> {
    if (clientId === this.shownId) return true;
    const { documentId, userId } = this;
    const { foreign } = await this.clients.show({ documentId, userId, clientIds: [clientId], ownId: clientId });
    if (foreign.length === 0) this.shownId = clientId;
    return foreign.length === 0;
  }

  /**
   * @returns false when one of the ids belongs to another user
   * @throws `document.invalid-update` when the update uses too many ids
   */
  async canWrite(clientIds: readonly number[]): Promise<boolean> {
    const unknown = clientIds.filter((id) => !this.written.has(id));
    if (unknown.length === 0) return true;
    if (unknown.length > MAX_NEW_CLIENTS) throw updateInvalid('The update contains changes of too many clients.');
    const { documentId, userId, shownId: ownId } = this;
    const { foreign, isRecovering } = await this.clients.write({ documentId, userId, clientIds: unknown, ownId });
    if (foreign.length > 0) return isRecovering;
    for (const id of unknown) if (!isRecovering || id === ownId) this.written.add(id);
    return true;
  }
}
