import { endPush, pushKey, pushTo } from './api.js';

const WORKER = 'push-worker.js';

/** What is pushed to this browser while no page is open. It belongs to a login and ends with it, here as on the server. */
export class Push {
  #login;
  #id;

  constructor(login) {
    this.#login = login;
  }

  /** Browsers give it to secure pages only: https, or this machine. */
  static get isPossible() {
    return 'serviceWorker' in navigator && 'PushManager' in window;
  }

  get isOn() {
    return this.#id !== undefined;
  }

  /** After a reload. The server is told again of what the browser has kept: it may have given that up meanwhile. */
  async resume() {
    this.#id = undefined;
    const subscription = await kept();
    if (subscription) await this.#tell(subscription);
  }

  async switchOn() {
    // Before anything that takes time: browsers ask only in answer to a click.
    if ((await Notification.requestPermission()) !== 'granted') throw new Error('This browser lets nothing be shown.');
    const { publicKey } = await pushKey(await this.#login.token());
    await navigator.serviceWorker.register(WORKER);
    const { pushManager } = await navigator.serviceWorker.ready;
    // One that was made for another key can't be taken over.
    await (await kept())?.unsubscribe();
    await this.#tell(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }));
  }

  async switchOff() {
    const id = this.#id;
    await this.forget();
    await endPush(await this.#login.token(), id);
  }

  /** Whoever signs in next decides anew. */
  async forget() {
    this.#id = undefined;
    await (await kept())?.unsubscribe();
  }

  async #tell(subscription) {
    const { id } = await pushTo(await this.#login.token(), subscription);
    this.#id = id;
  }
}

async function kept() {
  const registration = Push.isPossible ? await navigator.serviceWorker.getRegistration() : undefined;
  return registration?.pushManager.getSubscription();
}
