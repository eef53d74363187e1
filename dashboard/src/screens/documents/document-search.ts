/** The state in the address of a document: the panel beside it, the chosen version, and its form. */
export interface DocumentSearch {
  readonly panel?: 'versions' | undefined;
  readonly version?: string | undefined;
  readonly view?: 'text' | undefined;
}

export const validateDocumentSearch = ({ panel, version, view }: Record<string, unknown>): DocumentSearch =>
  panel === 'versions'
    ? {
        panel,
        ...(typeof version === 'string' && { version }),
        ...(view === 'text' && { view }),
      }
    : {};
