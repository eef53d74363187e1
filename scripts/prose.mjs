// The part of the rule for prose (CONTRIBUTING.md) that a machine can check.
import ts from 'typescript';

const MAX_WIDTH = 120;
const FORBIDDEN = [
  { pattern: /\b(?:he|his|him|himself)\b/i, reason: 'a person is "they", or has a role' },
  { pattern: /\b(?:nobody|somebody|whoever)\b/i, reason: 'name the actor: no client, another user' },
];
/** Only where a comment or the name of a test begins. */
const FORBIDDEN_BEGINNING = /^(?:Who|Whoever|Whose|Whom|What|Of) /;
const TEST_NAMES = new Set(['describe', 'it', 'test', 'eventually']);

/** The texts in a source file that people read: `{ text, line, begins }`. */
function* proseOfCode(path, source) {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind);
  const seen = new Set();
  const lineOf = (position) => file.getLineAndCharacterOfPosition(position).line + 1;
  function* commentsAround(node) {
    const ranges = [
      ...(ts.getLeadingCommentRanges(source, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(source, node.getEnd()) ?? []),
    ];
    for (const { pos, end } of ranges) {
      if (seen.has(pos)) continue;
      seen.add(pos);
      const lines = source.slice(pos, end).split('\n');
      for (const [index, line] of lines.entries()) {
        const text = line.replace(/^\s*(?:\/\*\*?|\*\/|\*|\/\/)?\s?/, '').replace(/\s*\*\/\s*$/, '');
        yield {
          text,
          line: lineOf(pos) + index,
          begins: index === 0 || (index === 1 && /^\/\*\*?\s*$/.test(lines[0])),
        };
      }
    }
  }
  function* visit(node) {
    yield* commentsAround(node);
    if (ts.isCallExpression(node)) {
      const [name] = node.arguments;
      const callee = node.expression.getText(file).split(/[.(]/)[0];
      if (TEST_NAMES.has(callee) && name !== undefined && ts.isStringLiteralLike(name)) {
        yield { text: name.text, line: lineOf(name.getStart(file)), begins: false };
      }
    }
    for (const child of node.getChildren(file)) yield* visit(child);
  }
  yield* visit(file);
}

/** The lines of a document outside of its code. */
function* proseOfDocument(source) {
  let isCode = false;
  for (const [index, line] of source.split('\n').entries()) {
    if (line.trimStart().startsWith('```')) isCode = !isCode;
    else if (!isCode) yield { text: line.replace(/`[^`]*`/g, '``'), line: index + 1, begins: false };
  }
}

function* faultsIn({ text, begins }) {
  for (const { pattern, reason } of FORBIDDEN) {
    const [word] = pattern.exec(text.replace(/`[^`]*`|'[^']*'/g, '')) ?? [];
    if (word !== undefined) yield `"${word}": ${reason}`;
  }
  if (begins && FORBIDDEN_BEGINNING.test(text)) yield `begins with "${text.split(' ')[0]}": the subject comes first`;
}

/** @returns `line: reason` for each fault */
export function proseFaults(path, source) {
  const isDocument = path.endsWith('.md');
  const faults = [];
  for (const prose of isDocument ? proseOfDocument(source) : proseOfCode(path, source)) {
    for (const fault of faultsIn(prose)) faults.push(`${prose.line}: ${fault}`);
  }
  if (isDocument) return faults;
  for (const [index, line] of source.split('\n').entries()) {
    if (line.length <= MAX_WIDTH || !/^\s*(?:\/\/|\*|\/\*)/.test(line)) continue;
    faults.push(`${index + 1}: a comment of ${line.length} characters; ${MAX_WIDTH} is the limit`);
  }
  return faults;
}
