/** What the release before this one may still rely on while both run beside each other. */
const BREAKING: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bDROP\s+(?:TABLE|VIEW|SEQUENCE|TYPE|SCHEMA|FUNCTION)\b/i, 'drops what the release before may use'],
  [/\bDROP\s+COLUMN\b/i, 'drops a column that the release before may read or write'],
  [
    /\bALTER\s+TABLE\s+\S+\s+DROP\s+(?!COLUMN|CONSTRAINT)\w+/i,
    'drops a column that the release before may read or write',
  ],
  [/\bDROP\s+CONSTRAINT\b/i, 'drops a constraint that an ON CONFLICT of the release before may name'],
  [/\bDROP\s+INDEX\b/i, 'drops an index that an ON CONFLICT of the release before may infer'],
  [/\bRENAME\b/i, 'renames what the release before knows by its old name'],
  [/\bSET\s+NOT\s+NULL\b/i, 'refuses rows that the release before inserts without this column'],
  [/\bALTER\s+(?:COLUMN\s+)?\w+\s+(?:SET\s+DATA\s+)?TYPE\b/i, 'changes a type that the release before reads or writes'],
  [
    /\bADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?!CONSTRAINT)\w+\s[^,;]*\bNOT\s+NULL\b(?![^,;]*\bDEFAULT\b)/i,
    'adds a column that the release before does not fill',
  ],
];

/** Annotates a statement that is the second step: `// second step of <migration>: <why nothing uses it any more>`. */
const SECOND_STEP = /\/\/ second step of \S+: \S+/;

/**
 * The statements in the `up` of a migration's source that break the release before it, with the reason. A migration that
 * is the second step of a change, after a release that does without the old shape, says so in its `up`.
 */
export function breakingStatements(source: string): string[] {
  const up = source.slice(source.search(/\basync up\(/), source.search(/\basync down\(/) >>> 0);
  if (SECOND_STEP.test(up)) return [];
  const statements = [...up.matchAll(/`([^`]*)`|'((?:[^'\\\n]|\\.)*)'/g)].map(([, long, short]) => long ?? short ?? '');
  return statements.flatMap((sql) => {
    // A column without a default may get one in the same statement's text: `DEFAULT 0 NOT NULL`.
    const clauses = sql.replaceAll(/\bDEFAULT\s+(\S+)\s+NOT\s+NULL\b/gi, 'NOT NULL DEFAULT $1');
    return BREAKING.filter(([pattern]) => pattern.test(clauses)).map(
      ([, why]) => `${sql.trim().split('\n')[0]}: ${why}`,
    );
  });
}
