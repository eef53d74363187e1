import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { TimeSlice } from '../../../platform/concurrency/time-slice.js';
import type { Transaction } from '../../../platform/database/database.js';
import type { TidingsError } from '../../../platform/errors.js';
import type { Publication, PublishedDraft } from '../publication.js';
import { compileSchema, type PayloadCheck } from './compile-schema.js';
import { payloadInvalid } from './event-type.errors.js';
import {
  findSchemas,
  schemaVersions,
  type SchemaVersion,
  type TypeName,
  type VersionedSchema,
} from './event-type.store.js';
import type { JsonSchema } from './schema-rules.js';

/** The text of the schemas that stay compiled in a process. */
const MAX_COMPILED_BYTES = 8 * 1024 * 1024;

interface Compiled {
  readonly check: PayloadCheck;
  readonly bytes: number;
}

/**
 * Checks payloads against the schemas of the workspaces. The transaction that writes the events reads the versions of
 * the schemas, in one query: a schema is in force on every node for what is published after it was answered.
 */
@Injectable()
export class PayloadChecks {
  /** By version, the one that was used last at the end. */
  private readonly compiled = new Map<string, Compiled>();
  private bytes = 0;
  private readonly slice = new TimeSlice();

  /** The versions of the schemas that are in force for these events. Takes no locks. */
  versionsFor(tx: Transaction, publications: readonly Publication[]): Promise<readonly SchemaVersion[]> {
    return schemaVersions(tx, [...typesOf(publications).values()]);
  }

  /**
   * The drafts whose payloads do not fit, with the error for the caller.
   * @param versions those for these events; it may have others too, which are not compiled
   */
  async mistakesOf(
    tx: Transaction,
    publications: readonly Publication[],
    versions: readonly SchemaVersion[],
  ): Promise<ReadonlyMap<PublishedDraft, TidingsError>> {
    const mistakes = new Map<PublishedDraft, TidingsError>();
    if (versions.length === 0) return mistakes;
    const types = typesOf(publications);
    const checks = await this.checksOf(
      tx,
      versions.filter((version) => types.has(keyOf(version))),
    );
    for (const publication of publications) {
      for (const [index, draft] of publication.drafts.entries()) {
        const check = checks.get(keyOf({ workspaceId: publication.workspaceId, type: draft.draft.type }));
        if (check === undefined) continue;
        if (this.slice.over) await this.slice.next();
        const mistake = check(JSON.parse(draft.draft.payload));
        if (mistake === undefined) continue;
        mistakes.set(draft, payloadInvalid(`event ${publication.order.indexOf(index)}: ${mistake}`));
      }
    }
    return mistakes;
  }

  /** By workspace and type. */
  private async checksOf(
    tx: Transaction,
    versions: readonly SchemaVersion[],
  ): Promise<ReadonlyMap<string, PayloadCheck | undefined>> {
    const checks = new Map(versions.map((type) => [keyOf(type), this.recall(type.version)]));
    const missing = versions.filter((type) => checks.get(keyOf(type)) === undefined);
    if (missing.length === 0) return checks;
    // A schema that has been replaced since then counts too.
    for (const found of await findSchemas(tx, missing)) {
      if (this.slice.over) await this.slice.next();
      checks.set(keyOf(found), this.recall(found.version) ?? this.compile(found));
    }
    return checks;
  }

  private recall(version: string): PayloadCheck | undefined {
    const known = this.compiled.get(version);
    if (known === undefined) return undefined;
    this.compiled.delete(version);
    this.compiled.set(version, known);
    return known.check;
  }

  private compile({ version, schema }: VersionedSchema): PayloadCheck {
    const check = compileSchema(JSON.parse(schema) as JsonSchema);
    this.compiled.set(version, { check, bytes: schema.length });
    this.bytes += schema.length;
    for (const [oldest, { bytes }] of this.compiled) {
      if (this.bytes <= MAX_COMPILED_BYTES) break;
      this.compiled.delete(oldest);
      this.bytes -= bytes;
    }
    return check;
  }
}

const keyOf = ({ workspaceId, type }: TypeName): string => `${workspaceId} ${type}`;

/** By their keys. A malformed id is that of no workspace. */
function typesOf(publications: readonly Publication[]): ReadonlyMap<string, TypeName> {
  const types = new Map<string, TypeName>();
  for (const { workspaceId, drafts } of publications) {
    if (!isUuid(workspaceId)) continue;
    for (const { draft } of drafts) {
      const name = { workspaceId, type: draft.type };
      types.set(keyOf(name), name);
    }
  }
  return types;
}
