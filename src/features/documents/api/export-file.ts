/** What the file systems of today take, and headers too. */
const MAX_CHARACTERS = 100;

/**
 * How a download is named after its document: RFC 6266, with a name in ASCII for those who don't know RFC 8187. It names no
 * other folder, hides nothing and ends no header.
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
