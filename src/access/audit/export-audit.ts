import { Injectable, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import type { HashedRow } from '../../platform/audit/audit-chain.js';
import { AuditReader } from '../../platform/audit/audit-reader.js';
import { auditEntryResponse, showEntry, type AuditEntryResponse, type AuditExportQuery } from './audit.schemas.js';
import { csvLine } from './spreadsheet.js';

const TYPES = { csv: 'text/csv; charset=utf-8; header=present', jsonl: 'application/jsonl' } as const;
const FIELDS = auditEntryResponse.keyof().options;

@Injectable()
export class ExportAudit {
  constructor(private readonly audit: AuditReader) {}

  /**
   * Streams a chain as a file, oldest first, at the pace of the caller. An error or a time-out aborts the connection,
   * so that a partial file cannot pass for a complete one.
   */
  run(chainId: string, { format, ...filter }: AuditExportQuery): StreamableFile {
    const parts = this.audit.parts(chainId, filter);
    const text = format === 'csv' ? asCsv(parts) : asJsonLines(parts);
    return new StreamableFile(Readable.from(text, { objectMode: false }), {
      type: TYPES[format],
      disposition: `attachment; filename="audit.${format}"`,
    });
  }
}

async function* asCsv(parts: AsyncIterable<HashedRow[]>): AsyncGenerator<string> {
  yield csvLine(FIELDS);
  for await (const rows of parts) yield rows.map((row) => csvLine(csvFields(showEntry(row)))).join('');
}

async function* asJsonLines(parts: AsyncIterable<HashedRow[]>): AsyncGenerator<string> {
  for await (const rows of parts) yield rows.map((row) => `${JSON.stringify(showEntry(row))}\n`).join('');
}

function csvFields(entry: AuditEntryResponse): (string | number | null)[] {
  return FIELDS.map((field) => {
    const value = entry[field];
    return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  });
}
