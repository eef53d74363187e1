import type { Frame } from './frames.js';

interface Place {
  readonly epoch: string;
  readonly offset: number;
}

/** The channels that the connection is subscribed to and its position in each, to resume after an interruption. */
export class Subscriptions {
  readonly #places = new Map<string, Place>();
  #own: string | undefined;

  clear(): void {
    this.#places.clear();
  }

  received({ type, channel, offset, payload }: Frame): void {
    if (type === 'connected') this.#own = `user:${String(payload?.['userId'])}`;
    else if (type === 'subscribed' || type === 'position') this.#place(payload);
    else if (type === 'unsubscribed' || type === 'subscription:revoked')
      this.#places.delete(String(payload?.['channel']));
    else if (type === 'workspace:left') this.#left(payload?.['channels']);
    else if (channel !== undefined && offset !== undefined) this.#moved(channel, offset);
  }

  /** A frame for each channel. The server subscribes the user's own channel by itself. */
  resuming(): readonly object[] {
    return [...this.#places].map(([channel, position]) => ({
      type: 'subscribe',
      payload: { channel, position },
      id: 'resume',
    }));
  }

  #place(payload: Frame['payload']): void {
    const { channel, epoch, offset } = (payload ?? {}) as Partial<Place> & { channel?: string };
    if (channel === undefined || epoch === undefined || offset === undefined || channel === this.#own) return;
    this.#places.set(channel, { epoch, offset });
  }

  #moved(channel: string, offset: number): void {
    const place = this.#places.get(channel);
    if (place !== undefined) this.#places.set(channel, { ...place, offset });
  }

  #left(channels: unknown): void {
    if (Array.isArray(channels)) for (const channel of channels) this.#places.delete(String(channel));
  }
}
