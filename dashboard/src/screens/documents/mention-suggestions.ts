import type { SuggestionOptions, SuggestionProps } from '@tiptap/suggestion';

export interface Suggested {
  readonly id: string;
  readonly label: string;
}

export interface SuggestionState {
  readonly items: readonly Suggested[];
  readonly active: number;
  /** Where the list belongs, in pixels of the window. */
  readonly left: number;
  readonly top: number;
}

/** The people that `@` in the editor offers, for the list that shows them. */
export class Suggestions {
  #state: SuggestionState | undefined;
  #props: SuggestionProps<Suggested, Suggested> | undefined;
  readonly #watchers = new Set<() => void>();

  readonly renderer: ReturnType<NonNullable<SuggestionOptions<Suggested, Suggested>['render']>> = {
    onStart: (props) => this.#show(props),
    onUpdate: (props) => this.#show(props),
    onExit: () => this.#hide(),
    onKeyDown: ({ event }) => this.#press(event.key),
  };

  get state(): SuggestionState | undefined {
    return this.#state;
  }

  /** @returns a function that ends the watch */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  choose(place: number): void {
    const item = this.#state?.items[place];
    if (item !== undefined) this.#props?.command(item);
  }

  #show(props: SuggestionProps<Suggested, Suggested>): void {
    this.#props = props;
    const place = props.clientRect?.();
    if (props.items.length === 0 || place === null || place === undefined) return this.#hide();
    this.#set({ items: props.items, active: 0, left: place.left, top: place.bottom + 4 });
  }

  #hide(): void {
    this.#set(undefined);
  }

  /** @returns whether the key was for the list */
  #press(key: string): boolean {
    const state = this.#state;
    if (state === undefined) return false;
    const { length } = state.items;
    switch (key) {
      case 'ArrowDown':
        this.#set({ ...state, active: (state.active + 1) % length });
        return true;
      case 'ArrowUp':
        this.#set({ ...state, active: (state.active + length - 1) % length });
        return true;
      case 'Enter':
      case 'Tab':
        this.choose(state.active);
        return true;
      case 'Escape':
        this.#hide();
        return true;
      default:
        return false;
    }
  }

  #set(state: SuggestionState | undefined): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}
