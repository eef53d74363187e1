import { answer } from '../api/answer.js';
import type { Connection } from '../api/connect.js';
import { openInBrowser } from '../terminal/open-in-browser.js';
import type { Row } from './display.js';
import { forward, type ForwardOptions } from './forward.js';

/** The actions of the keys of the list. */
export class DeliveryActions {
  constructor(
    private readonly connection: Connection,
    private readonly workspaceId: string,
    private readonly target: ForwardOptions & { readonly url: URL },
  ) {}

  /** Sends it to the local server once more, outside of the order. @throws CliError */
  async repeat(deliveryId: string): Promise<Row['outcome']> {
    const params = { path: { ws: this.workspaceId }, query: { ids: deliveryId } };
    const { items } = await answer(this.connection.api.GET('/v1/workspaces/{ws}/deliveries/requests', { params }));
    const [request] = items;
    return request === undefined ? { kind: 'gone' } : forward(this.target.url, request, this.target);
  }

  /** Opens its page in the dashboard. @returns the address */
  open(deliveryId: string): string {
    const address = `${this.connection.url}/w/${this.workspaceId}/deliveries/${deliveryId}`;
    openInBrowser(address);
    return address;
  }
}
