import { Injectable } from '@nestjs/common';
import type { Reader } from './define-channel-kind.js';

/** @returns those of the names that a workspace has defined */
export type EventTypeLookup = (reader: Reader, workspaceId: string, names: readonly string[]) => Promise<string[]>;

/** The event types that workspaces define for themselves, for features that let users choose from them. */
@Injectable()
export class WorkspaceEventTypes {
  private readonly lookups: EventTypeLookup[] = [];

  /** Call at the start of a process, in the feature that keeps the types. */
  add(lookup: EventTypeLookup): void {
    this.lookups.push(lookup);
  }

  /** @returns the names that the workspace has not defined */
  async undefinedIn(reader: Reader, workspaceId: string, names: readonly string[]): Promise<string[]> {
    if (names.length === 0) return [];
    let others = names;
    for (const lookup of this.lookups) {
      const known = new Set(await lookup(reader, workspaceId, others));
      others = others.filter((name) => !known.has(name));
    }
    return [...others];
  }
}
