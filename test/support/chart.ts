import { parse as renderTemplate } from '@evertdespiegeleer/go-template';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const CHART = join(import.meta.dirname, '../../deploy/helm/tidings');

export type Values = { readonly [name: string]: unknown };

/** An object of Kubernetes, as far as the tests look at every kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
}

export const readYaml = (path: string): unknown => parse(readFileSync(path, 'utf8'));

/** The values of the chart, overridden by a file in `ci/`. */
export function valuesOf(file: string): Values {
  return merge(readYaml(join(CHART, 'values.yaml')) as Values, readYaml(join(CHART, 'ci', file)) as Values);
}

/** Like Helm: objects are merged, everything else is replaced. */
export function merge(base: Values, over: Values): Values {
  const entries = Object.entries(over).map(([name, value]) => {
    const known = base[name];
    return [name, isObject(known) && isObject(value) ? merge(known, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Renders the chart with Go's text/template, which Helm uses as well. Helm adds functions to it that the chart does not
 * use, and prints nothing for a missing value, which is an error here.
 * @throws Error when a template is invalid or reads a value that does not exist, or when its output is no YAML
 */
export async function renderChart(values: Values): Promise<Manifest[]> {
  const directory = join(CHART, 'templates');
  const files = readdirSync(directory).toSorted();
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  const helpers = files.filter((name) => name.endsWith('.tpl')).map(read);
  const chart = readYaml(join(CHART, 'Chart.yaml')) as { name: string; version: string; appVersion: string };
  const data = {
    Values: values,
    Chart: { Name: chart.name, Version: chart.version, AppVersion: chart.appVersion },
    Release: { Name: 'live', Namespace: 'default', Service: 'Helm' },
  };
  const manifests: Manifest[] = [];
  for (const name of files.filter((file) => file.endsWith('.yaml') || file.endsWith('.txt'))) {
    const text = await renderTemplate([...helpers, read(name)].join(''), data).catch((cause: unknown) => {
      throw new Error(`${name} or a helper that it uses cannot be rendered.`, { cause });
    });
    if (name.endsWith('.yaml')) manifests.push(...documentsOf(name, text));
  }
  return manifests;
}

function documentsOf(name: string, text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${name}: ${error.message}\n${text}`);
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}
