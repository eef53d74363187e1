/** A piece of text with its formats. */
export interface Run {
  readonly text: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
  readonly link?: string | undefined;
}

export interface ListItem {
  /** Whether the box is ticked; undefined without a box. */
  readonly checked?: boolean | undefined;
  readonly blocks: readonly Block[];
}

/** A block of a document, independent of its editor. A line break in a run is a hard break in its paragraph. */
export type Block =
  | { readonly kind: 'paragraph'; readonly runs: readonly Run[] }
  | { readonly kind: 'heading'; readonly level: number; readonly runs: readonly Run[] }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly start: number; readonly items: readonly ListItem[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'rule' };
