/** Of a whole document, encoded. */
export const DOCUMENT_BYTES = 4 * 1024 * 1024;
/** Of one change. */
export const UPDATE_BYTES = 1024 * 1024;
/** Of one message on the wire: a change with what is around it. */
export const MESSAGE_BYTES = UPDATE_BYTES + 64 * 1024;
/** How deep a document may be nested: what walks it, here and in Yjs, does so recursively. */
export const MOST_NESTED = 100;
/** Of what one client says about itself: name, colour, cursor. It has to fit on the bus. */
export const AWARENESS_BYTES = 4_096;
/** Of a document as text or markdown: how many characters. */
export const EXPORT_LENGTH = 16 * 1024 * 1024;
