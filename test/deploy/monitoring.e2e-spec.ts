import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTidings, type RunningTidings } from '../support/app.js';
import { readYaml, renderChart, valuesOf } from '../support/chart.js';
import { eventually } from '../support/eventually.js';
import { exportedNames, metricsIn } from '../support/metric-names.js';

const project = join(import.meta.dirname, '../..');
const PROMETHEUS = join(project, 'deploy/prometheus');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const { groups } = readYaml(join(PROMETHEUS, 'alerts.yml')) as { groups: { name: string; rules: Rule[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);
const { panels } = JSON.parse(readFileSync(join(project, 'deploy/grafana/dashboards/tidings.json'), 'utf8')) as {
  panels: Panel[];
};
const compose = readYaml(join(project, 'docker-compose.yml')) as {
  services: Record<string, { profiles?: string[]; environment?: Record<string, string>; volumes?: string[] }>;
};

let tidings: RunningTidings;
let text: string;
let exported: Set<string>;

beforeAll(async () => {
  tidings = await startTidings();
  // A histogram with labels has no buckets before its first value.
  await fetch(tidings.openSourceUrl, { method: 'POST', body: 'a first job' });
  await eventually('a job has waited', async () => {
    text = await (await fetch(`${tidings.url}/metrics`)).text();
    return text.includes('tidings_job_wait_seconds_bucket');
  });
  exported = exportedNames(text);
}, 60_000);
afterAll(() => tidings?.stop());

const missing = (expressions: readonly string[]): string[] =>
  expressions.flatMap((expression) => metricsIn(expression).filter((name) => !exported.has(name)));

describe('the alerts', () => {
  it('read only metrics that the service exports', () => {
    expect(alerts.length).toBeGreaterThan(10);
    expect(missing(alerts.map(({ expr }) => expr))).toEqual([]);
    for (const { alert, expr } of alerts) expect([alert, metricsIn(expr).length > 0]).toEqual([alert, true]);
  });

  it('have names of their own, a severity and a summary', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { labels, annotations } of alerts) {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary).toMatch(/\.$/);
    }
  });

  it('fit into a PrometheusRule of the operator', () => {
    const metadata = { name: 'tidings' };
    expect(() => new PrometheusRule({ metadata, spec: { groups } }).validate()).not.toThrow();
  });

  it('compare percentiles with thresholds below the highest bucket, which no percentile exceeds', () => {
    const percentiles = alerts.filter(({ expr }) => expr.startsWith('histogram_quantile'));
    expect(percentiles.length).toBeGreaterThan(3);
    for (const { expr } of percentiles) {
      const [name = ''] = metricsIn(expr);
      const bounds = [...text.matchAll(new RegExp(`^${name}\\{.*le="([\\d.]+)"`, 'gm'))].map(([, le]) => Number(le));
      expect(Math.max(...bounds)).toBeGreaterThan(Number(/> ([\d.]+)$/.exec(expr)?.[1]));
    }
  });
});

describe('the dashboard', () => {
  it('reads only metrics that the service exports', () => {
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(20);
    expect(missing(expressions)).toEqual([]);
  });

  it('has no panel on another', () => {
    const cells = panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe('the autoscalers of the chart', () => {
  it('read metrics that the service exports, by the rules of the adapter', async () => {
    interface Metric {
      readonly type: string;
      readonly [kind: string]: string | { readonly metric?: { readonly name: string } };
    }
    const rendered = await renderChart(valuesOf('ingress-values.yaml'));
    const metrics = rendered
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .flatMap((one) => (one as unknown as { spec: { metrics: Metric[] } }).spec.metrics);
    const namesOf = (kind: string): (string | undefined)[] =>
      metrics.map((metric) => metric[kind]).flatMap((one) => (typeof one === 'object' ? [one.metric?.name] : []));
    const { rules } = readYaml(join(PROMETHEUS, 'adapter-values.yaml')) as {
      rules: Record<'custom' | 'external', { seriesQuery: string }[]>;
    };
    const served = (kind: 'custom' | 'external') => rules[kind].flatMap(({ seriesQuery }) => metricsIn(seriesQuery));
    expect(namesOf('pods')).toEqual(served('custom'));
    expect(namesOf('external')).toEqual(served('external'));
    expect([...served('custom'), ...served('external')].filter((name) => !exported.has(name))).toEqual([]);
  });
});

describe('the profile monitoring of docker-compose.yml', () => {
  it('is off by default', () => {
    const withProfile = Object.entries(compose.services).filter(([, { profiles }]) => profiles !== undefined);
    expect(withProfile.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['prometheus', ['monitoring']],
      ['grafana', ['monitoring']],
    ]);
  });

  it('reads the metrics of each process, under its role', () => {
    const { scrape_configs: configs } = readYaml(join(PROMETHEUS, 'prometheus.yml')) as {
      scrape_configs: { static_configs: { targets: string[]; labels: { role: string } }[] }[];
    };
    const targets = configs
      .flatMap(({ static_configs: groupsOfTargets }) => groupsOfTargets)
      .flatMap(({ targets: hosts, labels }) => hosts.map((host) => [host, labels.role]));
    const processes = Object.entries(compose.services).filter(([, { environment }]) => 'ROLE' in (environment ?? {}));
    expect(targets.toSorted()).toEqual(
      processes.map(([name, { environment }]) => [`${name}:3000`, environment?.['ROLE']]).toSorted(),
    );
  });

  it('mounts files that exist', () => {
    const { prometheus, grafana } = compose.services;
    const mounted = [...(prometheus?.volumes ?? []), ...(grafana?.volumes ?? [])]
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => volume.split(':')[0] ?? '');
    expect(mounted).toHaveLength(3);
    for (const path of mounted) expect(() => readFileSync(join(project, path))).toThrow('EISDIR');
  });
});
