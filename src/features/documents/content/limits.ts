/** Of a whole document, encoded. */
export const DOCUMENT_BYTES = 4 * 1024 * 1024;
/** Of one piece of content that is inserted at once. */
export const PIECE_BYTES = 1024 * 1024;
/** Of a piece that is taken as long as there is room, when a change as a whole doesn't fit into a document. */
export const SMALL_PIECE_BYTES = 4 * 1024;
/** What is left of refused content takes room too. */
export const DOCUMENT_BYTES_WITH_REFUSED = DOCUMENT_BYTES + 1024 * 1024;
/** Of one message on the wire. Larger than a document: a client whose change is refused has to be heard before. */
export const MESSAGE_BYTES = 2 * DOCUMENT_BYTES + 64 * 1024;
/** Of what a client says about what it has. */
export const STATE_VECTOR_BYTES = 1024 * 1024;
/** Under how many new ids of Yjs clients one message may bring changes. */
export const MAX_NEW_CLIENTS = 1_000;
/** How deep a document may be nested: what walks it, here and in Yjs, does so recursively. */
export const MAX_NESTED = 100;
/** Of what one client says about itself: name, colour, cursor. It has to fit on the bus. */
export const AWARENESS_BYTES = 4_096;
/** Of a document as text or markdown: how many characters. */
export const EXPORT_LENGTH = 16 * 1024 * 1024;
