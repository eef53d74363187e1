const TITLE_ELEMENT = /<(?:[\w-]+:)?(?:title|text|message|subject|name)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]+)/i;
const ROOT_ELEMENT = /^\uFEFF?\s*(?:<[?!][^>]*>\s*)*<([A-Za-z_][\w.:-]*)/;
/** The number of bytes to scan for a title element. */
const HEAD_BYTES = 16_384;
const TAIL_BYTES = 200;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * The text of the first title-like element, or else the name of the root element. Undefined for a body that does not
 * end with its root element, such as a line of text that begins with a tag.
 */
export function titleOfXml(body: Buffer): string | undefined {
  const head = body.toString('utf8', 0, HEAD_BYTES);
  const root = ROOT_ELEMENT.exec(head)?.[1];
  const tail = body.toString('utf8', Math.max(0, body.length - TAIL_BYTES)).trimEnd();
  if (root === undefined || !(tail.endsWith(`</${root}>`) || tail.endsWith('/>'))) return undefined;
  const text = TITLE_ELEMENT.exec(head)?.[1]?.trim();
  return text ? text.replaceAll(/&(lt|gt|amp|quot|apos);/g, (_entity, name: string) => ENTITIES[name] ?? '') : root;
}
