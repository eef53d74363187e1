import { answer, api } from '../api/api.js';
import { Problem } from '../api/problem.js';
import { session } from '../session/session.js';
import { words } from '../words/words.js';

/** Relative to the base of the page, so that its scope is the dashboard alone. */
const WORKER = 'push-worker.js';

export interface PushState {
  /** Whether pushes reach this browser. */
  readonly isOn: boolean;
  readonly isBusy: boolean;
  readonly problem?: unknown;
}

/** Browsers provide push in secure contexts only: https or localhost. */
export const isPushSupported = 'serviceWorker' in navigator && 'PushManager' in window;

/** The push subscription of this browser. It belongs to a session and ends with it, here and on the server. */
class Push {
  #id: string | undefined;
  #state: PushState = { isOn: false, isBusy: false };
  readonly #watchers = new Set<() => void>();

  get state(): PushState {
    return this.#state;
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  /** Registers the browser's subscription again after a reload: the server may have deleted it. */
  resume(): Promise<void> {
    return this.#change(async () => {
      this.#id = undefined;
      const subscription = await currentSubscription();
      if (subscription !== undefined) await this.#register(subscription);
    });
  }

  switchOn(): Promise<void> {
    return this.#change(async () => {
      // Must come first: browsers ask for permission only in direct response to a click.
      if ((await Notification.requestPermission()) !== 'granted') throw notAllowed();
      const { publicKey } = await answer(api.GET('/v1/push-subscriptions/vapid-key'));
      await navigator.serviceWorker.register(WORKER);
      const { pushManager } = await navigator.serviceWorker.ready;
      // A subscription for another key cannot be reused.
      await (await currentSubscription())?.unsubscribe();
      await this.#register(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }));
    });
  }

  switchOff(): Promise<void> {
    return this.#change(async () => {
      const id = this.#id;
      this.#id = undefined;
      await (await currentSubscription())?.unsubscribe();
      if (id !== undefined) await answer(api.DELETE('/v1/push-subscriptions/{id}', { params: { path: { id } } }));
    });
  }

  /** Ends the browser's subscription, so that the next user decides anew. The server's ends with the session. */
  forget(): Promise<void> {
    return this.#change(async () => {
      this.#id = undefined;
      await (await currentSubscription())?.unsubscribe();
    });
  }

  async #register(subscription: PushSubscription): Promise<void> {
    const { endpoint, expirationTime, keys } = subscription.toJSON() as Required<PushSubscriptionJSON>;
    const body = { endpoint, expirationTime, keys: { p256dh: keys['p256dh'] ?? '', auth: keys['auth'] ?? '' } };
    const { id } = await answer(api.POST('/v1/push-subscriptions', { body }));
    this.#id = id;
  }

  async #change(change: () => Promise<void>): Promise<void> {
    if (!isPushSupported) return;
    this.#become({ ...this.#state, isBusy: true });
    try {
      await change();
      this.#become({ isOn: this.#id !== undefined, isBusy: false });
    } catch (problem) {
      this.#become({ isOn: this.#id !== undefined, isBusy: false, problem });
    }
  }

  #become(state: PushState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

const notAllowed = (): Problem =>
  new Problem({ status: 403, code: 'push.not-allowed', title: words.notifications.push.notAllowed });

async function currentSubscription(): Promise<PushSubscription | undefined> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? undefined;
}

export const push = new Push();

function followState(): void {
  if (session.state === 'in') void push.resume();
  else if (session.state === 'out') void push.forget();
}

/** Takes up this browser's subscription after a sign-in, and ends it after a sign-out. */
export function followSessionForPush(): void {
  session.watch(followState);
  if (session.state === 'in') followState();
}
