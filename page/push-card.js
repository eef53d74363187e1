import { Push } from './push.js';

/** The card that switches pushes to this browser on and off, and shows errors. */
export class PushCard {
  #push;
  #toggle;
  #problem;

  constructor(card, login) {
    this.#push = new Push(login);
    this.#toggle = card.querySelector('button');
    this.#problem = card.querySelector('.problem');
    card.hidden = !Push.isSupported;
    const change = () => (this.#push.isOn ? this.#push.switchOff() : this.#push.switchOn());
    this.#toggle.addEventListener('click', () => void this.#show(change()));
  }

  resume() {
    return this.#show(this.#push.resume());
  }

  forget() {
    return this.#show(this.#push.forget());
  }

  async #show(change) {
    this.#toggle.disabled = true;
    const problem = await change.catch(({ message }) => message);
    this.#problem.textContent = problem ?? '';
    this.#toggle.textContent = this.#push.isOn ? 'Switch off' : 'Switch on';
    this.#toggle.disabled = false;
  }
}
