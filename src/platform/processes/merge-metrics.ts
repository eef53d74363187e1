const FAMILY = /^# HELP (\S+)/;
const SAMPLE = /^([^\s{]+)(?:\{(.*)\})? (.+)$/;

/**
 * Merges metrics in the Prometheus text format, in which the samples of a metric stand together. Each sample gets the
 * label `process`.
 * @param texts the metrics of each process, by its number
 */
export function mergeMetrics(texts: ReadonlyMap<number, string>): string {
  const families = new Map<string, { head: string[]; samples: string[] }>();
  for (const [process, text] of texts) {
    let family: { head: string[]; samples: string[] } | undefined;
    let isKnown = false;
    for (const line of text.split('\n')) {
      const [, name] = FAMILY.exec(line) ?? [];
      if (name !== undefined) {
        isKnown = families.has(name);
        family = families.get(name) ?? { head: [], samples: [] };
        families.set(name, family);
      }
      if (line.startsWith('#') && !isKnown) family?.head.push(line);
      if (!line.startsWith('#') && line !== '') family?.samples.push(withProcess(line, process));
    }
  }
  return `${[...families.values()].flatMap(({ head, samples }) => [...head, ...samples]).join('\n')}\n`;
}

function withProcess(line: string, process: number): string {
  const [, name = line, labels, value = ''] = SAMPLE.exec(line) ?? [];
  return `${name}{process="${process}"${labels === undefined || labels === '' ? '' : `,${labels}`}} ${value}`;
}
