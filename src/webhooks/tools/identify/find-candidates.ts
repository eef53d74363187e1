import type { WebhookRequest } from '../../providers/provider.js';
import { fieldNamesOf } from './field-names.js';
import { productOf, type SenderProfile } from './sender-profile.js';

export interface Candidate {
  readonly profile: SenderProfile;
  /** Higher is likelier. From 4 on, the request has what only this sender has. */
  readonly score: number;
  readonly because: readonly string[];
}

interface Finding {
  readonly score: number;
  readonly text: string;
}

const WEIGHT = { proof: 4, header: 2, agent: 2, body: 2 } as const;
const MAX_OF_HEADERS = 3;
const MIN_SCORE = 0.75;
const MAX_CANDIDATES = 5;
/** Fewer fields of a body say little. */
const ENOUGH_FIELDS = 4;
const MIN_SHARE = 0.6;

/** Recognizes senders by their headers and fields. What several of them have counts as a part for each. */
export class FindCandidates {
  private readonly owners: ReadonlyMap<string, number>;

  constructor(private readonly profiles: readonly SenderProfile[]) {
    this.owners = ownersOf(profiles);
  }

  /** The likeliest first, at most five. */
  of(request: WebhookRequest): Candidate[] {
    const fields = fieldNamesOf(request);
    const agent = productOf(request);
    return this.profiles
      .map((profile) => this.candidate(profile, request, { fields, agent }))
      .filter(({ score }) => score >= MIN_SCORE)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, MAX_CANDIDATES);
  }

  private candidate(
    profile: SenderProfile,
    { headers }: WebhookRequest,
    { fields, agent }: { fields: ReadonlySet<string>; agent: string | undefined },
  ): Candidate {
    const present = (names: ReadonlySet<string>) => [...names].filter((name) => Object.hasOwn(headers, name));
    const proofs = present(profile.proofs);
    const others = present(profile.headers);
    const findings: Finding[] = [
      ...listed(proofs, `of the signature of ${profile.label}`, this.sum('header', proofs, WEIGHT.proof, WEIGHT.proof)),
      ...listed(others, `of ${profile.label}`, this.sum('header', others, WEIGHT.header, MAX_OF_HEADERS)),
    ];
    if (agent !== undefined && profile.agents.has(agent)) {
      findings.push({ score: this.share('agent', agent) * WEIGHT.agent, text: `its User-Agent is \`${agent}\`` });
    }
    const alike = Math.max(0, ...profile.bodies.map((names) => this.likeness(names, fields)));
    if (alike >= MIN_SHARE) {
      findings.push({ score: alike * WEIGHT.body, text: `its body has the fields of a webhook of ${profile.label}` });
    }
    const score = findings.reduce((sum, finding) => sum + finding.score, 0);
    return { profile, score, because: findings.map(({ text }) => text) };
  }

  private sum(kind: string, names: readonly string[], weight: number, max: number): number {
    return Math.min(
      max,
      names.reduce((total, name) => total + weight * this.share(kind, name), 0),
    );
  }

  /** 1 for a feature that one sender has. */
  private share(kind: string, name: string): number {
    return 1 / (this.owners.get(`${kind} ${name}`) ?? 1);
  }

  /** From 0 to 1: the part of the fields that the body has, rare ones counting more. */
  private likeness(names: ReadonlySet<string>, fields: ReadonlySet<string>): number {
    let all = 0;
    let found = 0;
    for (const name of names) {
      const weight = this.share('field', name);
      all += weight;
      if (fields.has(name)) found += weight;
    }
    return (found / all) * Math.min(1, names.size / ENOUGH_FIELDS);
  }
}

function listed(names: readonly string[], of: string, score: number): Finding[] {
  if (names.length === 0) return [];
  const list = names.map((name) => `\`${name}\``).join(', ');
  return [{ score, text: `it has ${names.length === 1 ? 'the header' : 'the headers'} ${list} ${of}` }];
}

/** Feature -> the number of senders that have it. */
function ownersOf(profiles: readonly SenderProfile[]): Map<string, number> {
  const owners = new Map<string, number>();
  for (const { proofs, headers, agents, bodies } of profiles) {
    const features = new Set([
      ...[...proofs, ...headers].map((name) => `header ${name}`),
      ...[...agents].map((name) => `agent ${name}`),
      ...bodies.flatMap((names) => [...names].map((name) => `field ${name}`)),
    ]);
    for (const feature of features) owners.set(feature, (owners.get(feature) ?? 0) + 1);
  }
  return owners;
}
