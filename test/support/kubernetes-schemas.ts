import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';

interface Kind {
  /** `validate` checks `this`. */
  readonly prototype: { validate(this: unknown): void };
}

const KINDS: Readonly<Record<string, Kind>> = {
  'apps/v1 Deployment': Deployment,
  'autoscaling/v2 HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'batch/v1 Job': Job,
  'monitoring.coreos.com/v1 ServiceMonitor': ServiceMonitor,
  'networking.k8s.io/v1 Ingress': Ingress,
  'networking.k8s.io/v1 NetworkPolicy': NetworkPolicy,
  'policy/v1 PodDisruptionBudget': PodDisruptionBudget,
  'v1 Service': Service,
};

/**
 * Checks an object against the OpenAPI schema of its kind, as the API server does with `fieldValidation=Strict`.
 * @returns what is wrong: the error of the schema, and the paths of fields that the schema does not know
 */
export function schemaFaults(manifest: { readonly apiVersion: string; readonly kind: string }): string[] {
  const kind = KINDS[`${manifest.apiVersion} ${manifest.kind}`];
  if (kind === undefined) return [`the kind ${manifest.apiVersion} ${manifest.kind} is unknown`];
  const unread = new Set<string>();
  try {
    // Not by the constructor, which copies all fields and so reads them.
    kind.prototype.validate.call(watched(manifest, '', unread));
  } catch (error) {
    return [String(error)];
  }
  return [...unread].map((path) => `${path} is unknown`);
}

/** Removes the path of each field that is read from `unread`. The validators read exactly the fields that they know. */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const children = new Map(
    Object.entries(value).map(([name, child]) => {
      const place = `${path}/${name}`;
      unread.add(place);
      return [name, { place, child: watched(child, place, unread) }];
    }),
  );
  return new Proxy(value, {
    get(target, name, receiver) {
      const known = typeof name === 'string' ? children.get(name) : undefined;
      if (known === undefined) return Reflect.get(target, name, receiver) as unknown;
      unread.delete(known.place);
      return known.child;
    },
  });
}
