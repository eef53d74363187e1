import type { Run } from './blocks.js';
import { joinBounded } from './join-bounded.js';

const SEPARATOR = '<!-- -->';
const SAFE_LINK = /^(?:https?:|mailto:|tel:|[/#?])/i;

interface Mark {
  readonly open: string;
  readonly close: string;
}

/**
 * Writes the text of a paragraph. Marks close in the reverse order in which they opened, so that they nest.
 * @throws `document.export-too-large`
 */
export function writeRuns(runs: readonly Run[]): string {
  const parts: string[] = [];
  let last = '';
  let open: readonly Mark[] = [];
  for (const run of runs.flatMap(splitSpaces)) {
    const marks = marksOf(run);
    const kept = open.findIndex((mark, place) => mark.close !== marks[place]?.close);
    const staying = kept === -1 ? open.length : kept;
    const closed = open.slice(staying).toReversed();
    const opened = marks.slice(staying);
    const text = run.code === true ? codeSpan(run.text) : escaped(run.text);
    const between = isAmbiguous(last.slice(-1), closed, opened, text) ? [SEPARATOR] : [];
    parts.push(...closed.map(({ close }) => close), ...between, ...opened.map((mark) => mark.open), text);
    open = marks;
    last = text;
  }
  parts.push(...open.toReversed().map(({ close }) => close));
  return linesOf(joinBounded(parts, ''));
}

/** Emphasis in Markdown can neither begin nor end with a space: spaces around it become runs without marks. */
function splitSpaces(run: Run): Run[] {
  const { text } = run;
  const core = text.trim();
  if (core === '') return [{ text }];
  const start = text.length - text.trimStart().length;
  const end = start + core.length;
  const around = [{ text: text.slice(0, start) }, { ...run, text: core }, { text: text.slice(end) }];
  return around.filter((part) => part.text !== '');
}

function marksOf({ link, bold, italic, strike, code }: Run): Mark[] {
  const marks: Mark[] = [];
  if (link !== undefined && SAFE_LINK.test(link)) marks.push({ open: '[', close: `](${addressOf(link)})` });
  if (bold === true) marks.push({ open: '**', close: '**' });
  if (italic === true) marks.push({ open: '*', close: '*' });
  if (strike === true && code !== true) marks.push({ open: '~~', close: '~~' });
  return marks;
}

const addressOf = (link: string): string =>
  link.toWellFormed().replaceAll(/[^\x21-\x7E]|[()<>\\]/gu, (character) => percentEncoded(character));

const percentEncoded = (character: string): string =>
  /[()]/.test(character) ? `%${character.charCodeAt(0).toString(16)}` : encodeURIComponent(character);

const PUNCTUATION = /[\p{P}\p{S}]/u;
const isEmphasis = ({ open }: Mark): boolean => open !== '[';

/** See https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run; two adjacent delimiters would read as one. */
function isAmbiguous(before: string, closed: readonly Mark[], opened: readonly Mark[], text: string): boolean {
  const after = text.slice(0, 1);
  if (before === '' || /\s/.test(before) || /\s/.test(after)) return false;
  const [closes, opens] = [closed.some(isEmphasis), opened.some(isEmphasis)];
  if (closes && opens) return true;
  if (closes) return PUNCTUATION.test(before) && !PUNCTUATION.test(after);
  return opens && PUNCTUATION.test(after) && !PUNCTUATION.test(before);
}

function codeSpan(text: string): string {
  const line = text.replaceAll('\n', ' ');
  const longest = (line.match(/`+/g) ?? []).reduce((max, ticks) => Math.max(max, ticks.length), 0);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

const escaped = (text: string): string =>
  text.replaceAll(/[\\`*_[\]<>~|]/g, String.raw`\$&`).replaceAll(/&(?=#?\w+;)/g, String.raw`\&`);

/** Keeps line breaks, and escapes the start of a line that would read as a heading, a list or a rule. */
function linesOf(text: string): string {
  const lines = text.trim().split('\n');
  return joinBounded(
    lines.map((line) => {
      const start = line.trim();
      return start.replace(/^[#+=-]/, String.raw`\$&`).replace(/^(\d{1,9})([.)])/, String.raw`$1\$2`);
    }),
    '\\\n',
  );
}
