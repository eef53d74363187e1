import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';

/*
 * A backup is a gzip of lines: a first line about the backup; for each table a line about it, its rows in the text
 * format of COPY (https://www.postgresql.org/docs/current/sql-copy.html) and a line `\.`; a last line with the numbers
 * of rows, without which the file is incomplete.
 */

export const END_OF_TABLE = String.raw`\.`;

export const firstLine = z.object({
  format: z.literal('tidings-backup'),
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  migrations: z.array(z.string()),
});

export const tableLine = z.object({
  table: z.string(),
  columns: z.array(z.string()),
  identity: z.object({ column: z.string(), last: z.string() }).optional(),
});

export const lastLine = z.object({ rows: z.record(z.string(), z.int()) });

export type FirstLine = z.infer<typeof firstLine>;
export type TableLine = z.infer<typeof tableLine>;
export type LastLine = z.infer<typeof lastLine>;

/** The number of rows by table. */
export type RowCounts = LastLine['rows'];

export class BackupError extends Error {}

const NEWLINE = 0x0a;
const incomplete = () => new BackupError('The file is no complete backup of Tidings.');

/** Reads a backup line by line. */
export class BackupReader {
  private readonly lines: AsyncGenerator<Buffer>;

  constructor(path: string) {
    this.lines = linesOf(path);
  }

  /** Reads a line of JSON. @throws BackupError */
  async json<Line>(schema: z.ZodType<Line>): Promise<Line> {
    const parsed = schema.safeParse(parse(await this.line()));
    if (!parsed.success) throw incomplete();
    return parsed.data;
  }

  /** Reads the line of the next table, or the last line. @throws BackupError */
  async tableOrLast(): Promise<TableLine | LastLine> {
    return this.json(z.union([tableLine, lastLine]));
  }

  /** The rows of a table, with their line ends. @throws BackupError */
  async *rows(): AsyncGenerator<Buffer> {
    for (;;) {
      const line = await this.line();
      if (line.toString('latin1') === END_OF_TABLE) return;
      yield Buffer.concat([line, Buffer.of(NEWLINE)]);
    }
  }

  async close(): Promise<void> {
    await this.lines.return(undefined);
  }

  private async line(): Promise<Buffer> {
    try {
      const { done, value } = await this.lines.next();
      if (done === true) throw incomplete();
      return value;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code?.startsWith('Z_') === true ? incomplete() : error;
    }
  }
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

/** Splits at line feeds only: a row can hold every other character that ends lines elsewhere. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  const unzipped = createGunzip();
  // An error of the file ends the iteration below.
  pipeline(createReadStream(path), unzipped, () => undefined);
  const parts: Buffer[] = [];
  for await (const chunk of unzipped as AsyncIterable<Buffer>) {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      parts.push(chunk.subarray(begin, end));
      yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      parts.length = 0;
      begin = end + 1;
    }
    if (begin < chunk.length) parts.push(chunk.subarray(begin));
  }
}
