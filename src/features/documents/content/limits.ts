/** The size of an encoded document. */
export const DOCUMENT_BYTES = 4 * 1024 * 1024;
/** The size of one piece of content that is inserted at once. */
export const PIECE_BYTES = 1024 * 1024;
/** The size up to which a piece is still accepted when the change as a whole does not fit into the document. */
export const SMALL_PIECE_BYTES = 4 * 1024;
/** The remains of rejected content take space too. */
export const DOCUMENT_BYTES_WITH_REFUSED = DOCUMENT_BYTES + 1024 * 1024;
/** The size of one message. Larger than a document, so that the server can read and answer a change that it rejects. */
export const MESSAGE_BYTES = 2 * DOCUMENT_BYTES + 64 * 1024;
/** The size of a client's state vector. */
export const STATE_VECTOR_BYTES = 1024 * 1024;
/** How many new Yjs client ids one message may use. */
export const MAX_NEW_CLIENTS = 1_000;
/** How deep a document may nest: this code and Yjs walk it recursively. */
export const MAX_NESTED = 100;
/** The size of one client's awareness state: name, colour, cursor. It has to fit into a bus message. */
export const AWARENESS_BYTES = 4_096;
/** The length of a document as text or markdown, in characters. */
export const EXPORT_LENGTH = 16 * 1024 * 1024;
