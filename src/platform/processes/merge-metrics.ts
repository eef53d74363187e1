const START_OF_FAMILY = /^(?=# HELP )/m;
const SAMPLE = /^([^\s{]+)(?:\{(.*)\})? (.+)$/;

/**
 * Merges metrics in the Prometheus text format, in which the samples of a metric stand together. Each sample gets the
 * label `process`.
 * @param texts the metrics of each process, by its number
 */
export function mergeMetrics(texts: ReadonlyMap<number, string>): string {
  const families = new Map<string, string[]>();
  for (const [process, text] of texts) {
    for (const family of text.split(START_OF_FAMILY)) {
      const lines = family.split('\n').filter((line) => line !== '');
      const head = lines.filter((line) => line.startsWith('#'));
      const samples = lines.slice(head.length).map((line) => withProcess(line, process));
      const name = head[0]?.split(' ')[2] ?? '';
      const merged = families.get(name) ?? head;
      merged.push(...samples);
      families.set(name, merged);
    }
  }
  return `${[...families.values()].flat().join('\n')}\n`;
}

function withProcess(line: string, process: number): string {
  const [, name = line, labels, value = ''] = SAMPLE.exec(line) ?? [];
  return `${name}{process="${process}"${labels === undefined || labels === '' ? '' : `,${labels}`}} ${value}`;
}
