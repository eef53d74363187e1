/** A stretch of a line, and how it looks. */
export interface Run {
  readonly text: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
  readonly link?: string | undefined;
}

export interface ListItem {
  /** Whether the box is ticked; undefined where there is none. */
  readonly checked?: boolean | undefined;
  readonly blocks: readonly Block[];
}

/** What a document consists of, whichever editor it was written with. A line break in a run is a break in its paragraph. */
export type Block =
  | { readonly kind: 'paragraph'; readonly runs: readonly Run[] }
  | { readonly kind: 'heading'; readonly level: number; readonly runs: readonly Run[] }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly start: number; readonly items: readonly ListItem[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'rule' };
