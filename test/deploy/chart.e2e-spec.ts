import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../../src/platform/config/environment.js';
import { CHART, merge, readYaml, renderChart, valuesOf, type Manifest, type Values } from '../support/chart.js';
import { schemaFaults } from '../support/kubernetes-schemas.js';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly securityContext: Values;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly [string, string] } } };
}

interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: {
    readonly securityContext: Values;
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly [Container];
  };
}

type Labels = Record<string, string>;
type Workload = Manifest & {
  readonly spec: { readonly replicas?: number; readonly selector: { readonly matchLabels: Labels } } & {
    readonly template: PodTemplate;
  };
};

const project = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const full = valuesOf('ingress-values.yaml');
const small = valuesOf('small-values.yaml');
let rendered: { readonly full: Manifest[]; readonly small: Manifest[] };
let workloads: Workload[];
let deployments: Workload[];

beforeAll(async () => {
  rendered = { full: await renderChart(full), small: await renderChart(small) };
  deployments = rendered.full.filter(({ kind }) => kind === 'Deployment') as Workload[];
  workloads = [...deployments, ...(rendered.full.filter(({ kind }) => kind === 'Job') as Workload[])];
});

const named = (kind: string, name: string): Manifest & { readonly spec: never } => {
  const found = rendered.full.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`The chart renders no ${kind} ${name}.`);
  return found as Manifest & { readonly spec: never };
};

const podsOf = (selector: Labels): string[] =>
  workloads
    .filter(({ spec }) =>
      Object.entries(selector).every(([name, value]) => spec.template.metadata.labels[name] === value),
    )
    .map(({ metadata }) => metadata.name);

describe('the values of the chart', () => {
  const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(
    JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8')) as object,
  );
  const faults = (values: Values): string[] =>
    validate(values) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

  it('are complete in the examples', () => {
    expect([...faults(full), ...faults(small)]).toEqual([]);
  });

  it('ask for what only an operator knows', () => {
    const defaults = faults(readYaml(join(CHART, 'values.yaml')) as Values);
    expect(defaults.map((fault) => fault.split(' ')[0])).toEqual(['/image/repository', '/existingSecret', '/settings']);
  });

  it.each([
    ['a setting that does not exist', { settings: { DATABASE_POOLS: '10' } }, '/settings'],
    ['a secret among the settings', { settings: { JWT_SECRET: 'x'.repeat(40) } }, '/settings'],
    ['a setting that is no string', { settings: { DATABASE_POOL: 10 } }, '/settings/DATABASE_POOL'],
    ['a misspelt value', { ingres: {} }, ''],
    ['a policy that lets every pod in', { networkPolicy: { from: [] } }, '/networkPolicy/from'],
  ])('refuse %s', (_, over, path) => {
    expect(faults(merge(full, over)).map((fault) => fault.split(' ')[0])).toEqual([path]);
  });

  it('refuse an ingress without TRUST_PROXY, behind which all clients would count as one address', () => {
    expect(faults(merge(small, { ingress: { enabled: true, host: 'example.com' } }))).toContainEqual(
      expect.stringContaining('TRUST_PROXY'),
    );
  });
});

describe('the manifests of the chart', () => {
  it('fit the schemas of Kubernetes, and have no field that it does not know', () => {
    const all = [...rendered.full, ...rendered.small];
    expect(
      all.flatMap((one) => schemaFaults(one).map((fault) => `${one.kind} ${one.metadata.name}: ${fault}`)),
    ).toEqual([]);
  });

  it('are checked by schemas that report a misspelt field and a wrong type', () => {
    const pod = { containers: [{ name: 'x', image: 'x', readinesProbe: {} }] };
    const labels = { app: 'x' };
    const template = { metadata: { labels }, spec: pod };
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } };
    const spec = { selector: { matchLabels: labels }, template };
    expect(schemaFaults({ ...deployment, spec } as Manifest)).toEqual([
      '/spec/template/spec/containers/0/readinesProbe is unknown',
    ]);
    expect(schemaFaults({ ...deployment, spec: { ...spec, replicas: 'two' } } as Manifest)[0]).toContain('replicas');
  });

  it('have one Deployment for each role, and a Job that migrates before them', () => {
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual(['live-api', 'live-gateway', 'live-worker']);
    const [job] = workloads.filter(({ kind }) => kind === 'Job');
    expect(job?.metadata.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    const [path = ''] = job?.spec.template.spec.containers[0].command?.slice(-1) ?? [];
    expect(() => read(path.replace('dist/', 'src/').replace('.js', '.ts'))).not.toThrow();
  });

  it('set no environment variable but settings, each once, and a role for each process', () => {
    for (const { metadata, spec } of workloads) {
      const names = spec.template.spec.containers[0].env.map(({ name }) => name);
      expect(names.filter((name) => !(name in environment.shape))).toEqual([]);
      expect(names).toEqual([...new Set(names)]);
      const role = spec.template.spec.containers[0].env.find(({ name }) => name === 'ROLE')?.value;
      expect(role).toBe(metadata.name === 'live-migration' ? undefined : metadata.name.replace('live-', ''));
    }
  });

  it('contain no value of a secret', () => {
    const secrets = ['DATABASE_URL', 'JWT_SECRET', 'SECRETS_KEY', 'REDIS_URL', 'METRICS_TOKEN', 'SMTP_URL'];
    const variables = workloads.flatMap(({ spec }) => spec.template.spec.containers[0].env);
    expect(variables.filter(({ name, value }) => secrets.includes(name) && value !== undefined)).toEqual([]);
    expect(variables.filter(({ name }) => secrets.includes(name))).toHaveLength(secrets.length * workloads.length);
  });

  it('run as the user of the image, with a read-only root and without capabilities', () => {
    expect(read('Dockerfile')).toContain('USER node');
    for (const { spec } of workloads) {
      const { securityContext, containers } = spec.template.spec;
      expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
      expect(containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('probe paths that the service has, on the port of the image', () => {
    const { paths } = JSON.parse(read('openapi.json')) as { paths: Record<string, unknown> };
    for (const { spec } of deployments) {
      const [{ startupProbe, livenessProbe, readinessProbe, ports }] = spec.template.spec.containers;
      expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
        { path: '/health/live', port: 'http' },
        { path: '/health/live', port: 'http' },
        { path: '/health/ready', port: 'http' },
      ]);
      expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/health/live', '/health/ready']));
      expect(ports).toEqual([{ name: 'http', containerPort: Number(/PORT=(\d+)/.exec(read('Dockerfile'))?.[1]) }]);
    }
  });

  it('leave a process the time to drain after the sleep before SIGTERM', () => {
    const exitWithinMs = Number(/EXIT_WITHIN_MS = ([\d_]+)/.exec(read('src/main.ts'))?.[1]?.replaceAll('_', ''));
    for (const { spec } of deployments) {
      const { terminationGracePeriodSeconds, containers } = spec.template.spec;
      const [command, seconds] = containers[0].lifecycle.preStop.exec.command;
      expect(command).toBe('sleep');
      expect(terminationGracePeriodSeconds * 1_000).toBeGreaterThan(Number(seconds) * 1_000 + exitWithinMs);
    }
  });

  it('select the pods of one role, or for metrics those of all roles', () => {
    for (const { metadata, spec } of deployments) expect(podsOf(spec.selector.matchLabels)).toEqual([metadata.name]);
    const selectorOf = (name: string) => (named('Service', name).spec as { selector: Labels }).selector;
    expect(podsOf(selectorOf('live-api'))).toEqual(['live-api']);
    expect(podsOf(selectorOf('live-gateway'))).toEqual(['live-gateway']);
    expect(podsOf(selectorOf('live-metrics'))).toEqual(['live-api', 'live-gateway', 'live-worker']);
    const budgets = rendered.full.filter(({ kind }) => kind === 'PodDisruptionBudget') as Workload[];
    for (const { metadata, spec } of budgets) expect(podsOf(spec.selector.matchLabels)).toEqual([metadata.name]);
  });

  it('leave the number of replicas to an autoscaler where there is one', () => {
    expect(deployments.map(({ spec }) => spec.replicas)).toEqual([undefined, undefined, undefined]);
    const fixed = rendered.small.filter(({ kind }) => kind === 'Deployment') as Workload[];
    expect(fixed.map(({ spec }) => spec.replicas)).toEqual([2, 2, 2]);
    expect(rendered.small.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toEqual([]);
  });

  it('send to gateways what the proxy of docker-compose.yml sends to them', () => {
    interface Rule {
      readonly http: { readonly paths: readonly { path: string; backend: { service: { name: string } } }[] };
    }
    const rules = (name: string) => (named('Ingress', name).spec as { rules: readonly [Rule] }).rules[0].http.paths;
    const live = /@live path (.+)/.exec(read('docker/Caddyfile'))?.[1]?.split(' ') ?? [];
    const prefixes = live.filter((path) => !path.endsWith('/*'));
    expect(rules('live-live').map(({ path }) => path)).toEqual(prefixes);
    expect(new Set(rules('live-live').map(({ backend }) => backend.service.name))).toEqual(new Set(['live-gateway']));
    expect(rules('live-api').map(({ path, backend }) => [path, backend.service.name])).toEqual([['/', 'live-api']]);
  });
});

describe('Chart.yaml', () => {
  it('has the release of the project', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(readYaml(join(CHART, 'Chart.yaml'))).toMatchObject({ appVersion: version, version });
  });
});
