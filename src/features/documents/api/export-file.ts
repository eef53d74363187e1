/** Short enough for common file systems and for a header. */
const MAX_CHARACTERS = 100;

/**
 * Builds a Content-Disposition header from a document's title: RFC 6266, with an ASCII fallback for clients without
 * RFC 8187. The title cannot name another folder, make a hidden file or end the header.
 */
export function dispositionFor(title: string, extension: string): string {
  const plain = title.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N} ._-]+/gu, '-');
  const name =
    [...plain]
      .slice(0, MAX_CHARACTERS)
      .join('')
      .replaceAll(/^[ .-]+|[ .-]+$/g, '') || 'document';
  const ascii = name.replaceAll(/[^\x20-\x7E]+/g, '-');
  return `attachment; filename="${ascii}.${extension}"; filename*=UTF-8''${encodeURIComponent(name)}.${extension}`;
}
