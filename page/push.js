import { deletePushSubscription, pushKey, subscribeToPush } from './api.js';

const WORKER = 'push-worker.js';

/** The push subscription of this browser. It belongs to a login and ends with it, here and on the server. */
export class Push {
  #login;
  #id;

  constructor(login) {
    this.#login = login;
  }

  /** Browsers provide push in secure contexts only: https or localhost. */
  static get isSupported() {
    return 'serviceWorker' in navigator && 'PushManager' in window;
  }

  get isOn() {
    return this.#id !== undefined;
  }

  /** Registers the browser's subscription again after a reload: the server may have deleted it. */
  async resume() {
    this.#id = undefined;
    const subscription = await currentSubscription();
    if (subscription) await this.#register(subscription);
  }

  async switchOn() {
    // Must come first: browsers ask for permission only in direct response to a click.
    if ((await Notification.requestPermission()) !== 'granted')
      throw new Error('This browser does not allow notifications.');
    const { publicKey } = await pushKey(await this.#login.token());
    await navigator.serviceWorker.register(WORKER);
    const { pushManager } = await navigator.serviceWorker.ready;
    // A subscription for another key cannot be reused.
    await (await currentSubscription())?.unsubscribe();
    await this.#register(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }));
  }

  async switchOff() {
    const id = this.#id;
    await this.forget();
    await deletePushSubscription(await this.#login.token(), id);
  }

  /** The next user who signs in decides anew. */
  async forget() {
    this.#id = undefined;
    await (await currentSubscription())?.unsubscribe();
  }

  async #register(subscription) {
    const { id } = await subscribeToPush(await this.#login.token(), subscription);
    this.#id = id;
  }
}

async function currentSubscription() {
  const registration = Push.isSupported ? await navigator.serviceWorker.getRegistration() : undefined;
  return registration?.pushManager.getSubscription();
}
