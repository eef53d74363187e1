import type { Bus } from '../../platform/bus/bus.js';
import type { Transaction } from '../../platform/database/database.js';

/** A kind of object in the export of a workspace. */
export interface ExportedKind {
  /** The `kind` of its lines. */
  readonly kind: string;
  /** The export leaves the kind out for callers without the whole of this permission. */
  readonly permission: string;
  /**
   * One page in a stable order. Takes the workspace, the `cursor` of the row before (null at first) and the number of
   * rows. Its columns are the fields of a line, without secrets, and `cursor`, which is text and is not shown.
   */
  readonly page: string;
  /** Smaller for large rows: the export holds one page in memory. By default 200. */
  readonly pageSize?: number;
  /** Fields that need a permission of their own. */
  readonly restricted?: { readonly permission: string; readonly fields: readonly string[] };
}

/** A deletion or a restoration. */
export interface WorkspaceChange {
  readonly tx: Transaction;
  readonly bus: Bus;
  readonly workspaceId: string;
}

/** The data of workspaces that a room stores. */
export interface WorkspaceData {
  /** Runs in the transaction that marks a workspace as deleted. Its members have no rights any more. */
  readonly onDelete?: (change: WorkspaceChange) => Promise<void>;
  /** Runs in the transaction that restores a workspace. */
  readonly onRestore?: (change: WorkspaceChange) => Promise<void>;
  /** In the order of the file. */
  readonly exports?: readonly ExportedKind[];
  /**
   * Statements that erase the rows of a workspace in pieces, the dependent rows first: each takes the workspace and
   * the maximum number of rows, and returns one row per deletion. A small number of rows that a foreign key cascades to
   * needs none.
   */
  readonly erase?: readonly string[];
  /** As `erase`, for rows about channels: they take the ids of channels in place of the workspace. */
  readonly eraseChannels?: readonly string[];
}

const declared: WorkspaceData[] = [];

export const workspaceData = (): readonly WorkspaceData[] => declared;

/** Declares the data of workspaces that a room above access stores, for their deletion and their export. */
export function defineWorkspaceData(data: WorkspaceData): void {
  declared.push(data);
}
