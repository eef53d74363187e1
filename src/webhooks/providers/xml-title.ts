const TITLE_ELEMENT = /<(?:[\w-]+:)?(?:title|text|message|subject|name)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<>\]]+)/i;
const ROOT_ELEMENT = /<([A-Za-z_][\w.:-]*)/;

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** What an element that is named like a title says, or else the name of the root; undefined when there is none. */
export function titleOfXml(xml: string): string | undefined {
  const text = TITLE_ELEMENT.exec(xml)?.[1]?.trim();
  if (text) return text.replaceAll(/&(lt|gt|amp|quot|apos);/g, (_entity, name: string) => ENTITIES[name] ?? '');
  return ROOT_ELEMENT.exec(xml)?.[1];
}
