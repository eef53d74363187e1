/** Statements that break the previous release while both releases run at once. */
const BREAKING: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bDROP\s+(?:TABLE|VIEW|SEQUENCE|TYPE|SCHEMA|FUNCTION)\b/i, 'drops an object that the previous release may use'],
  [/\bDROP\s+COLUMN\b/i, 'drops a column that the previous release may read or write'],
  [
    /\bALTER\s+TABLE\s+\S+\s+DROP\s+(?!COLUMN|CONSTRAINT)\w+/i,
    'drops a column that the previous release may read or write',
  ],
  [/\bDROP\s+CONSTRAINT\b/i, 'drops a constraint that an ON CONFLICT of the previous release may name'],
  [/\bDROP\s+INDEX\b/i, 'drops an index that an ON CONFLICT of the previous release may infer'],
  [/\bRENAME\b/i, 'renames an object that the previous release uses by its old name'],
  [/\bSET\s+NOT\s+NULL\b/i, 'rejects rows that the previous release inserts without this column'],
  [
    /\bALTER\s+(?:COLUMN\s+)?\w+\s+(?:SET\s+DATA\s+)?TYPE\b/i,
    'changes a type that the previous release reads or writes',
  ],
  [
    /\bADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?!CONSTRAINT)\w+\s[^,;]*\bNOT\s+NULL\b(?![^,;]*\bDEFAULT\b)/i,
    'adds a column that the previous release does not fill',
  ],
];

/** Marks the second step of a change: `// second step of <migration>: <why nothing uses it any more>`. */
const SECOND_STEP = /\/\/ second step of \S+: \S+/;

/**
 * Returns the statements in the `up` of a migration that break the previous release, with the reason. The second step
 * of a change, after a release that does not need the old shape, is marked in its `up` and may break it.
 */
export function breakingStatements(source: string): string[] {
  const up = source.slice(source.search(/\basync up\(/), source.search(/\basync down\(/) >>> 0);
  if (SECOND_STEP.test(up)) return [];
  const statements = [...up.matchAll(/`([^`]*)`|'((?:[^'\\\n]|\\.)*)'/g)].map(([, long, short]) => long ?? short ?? '');
  return statements.flatMap((sql) => {
    // A default may precede NOT NULL: `DEFAULT 0 NOT NULL`.
    const clauses = sql.replaceAll(/\bDEFAULT\s+(\S+)\s+NOT\s+NULL\b/gi, 'NOT NULL DEFAULT $1');
    return BREAKING.filter(([pattern]) => pattern.test(clauses)).map(
      ([, why]) => `${sql.trim().split('\n')[0]}: ${why}`,
    );
  });
}
