/** One mutant as a line of the console. */
export function lineOf({ name, test }, { verdict, seconds, by }) {
  const noticed = verdict === 'survived' ? `not noticed by: ${test}` : by;
  return `${verdict.padEnd(8)}  ${seconds.toFixed(1).padStart(5)} s  ${name.padEnd(36)}  ${noticed}`;
}

const INTRODUCTION = `# Mutants

A test proves a promise only if it fails when the promise is broken. Each line below is a bug that
\`npm run test:mutants\` puts into a copy of the source, alone, before it runs the named test. The test must pass
without the bug and fail by one of its own assertions with it; a bug that does not compile counts as a mistake of the
list. \`npm run test:mutants -- <name>\` runs one of them. The bugs are in \`test/mutants/\`.
`;

/** The table of the documentation. */
export function documentOf(mutants, outcomes) {
  const rows = mutants.map(({ name, breaks, spec }, i) => [
    `\`${name}\``,
    cell(breaks),
    `${cell(outcomes[i].by.replace(/: seed .*/, ''))} (\`${spec}\`)`,
    outcomes[i].seconds.toFixed(1),
  ]);
  const table = [['bug', 'broken promise', 'caught by', 'seconds'], ['---', '---', '---', '---:'], ...rows];
  const total = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  const summary = `${mutants.length} of ${mutants.length} are caught, in ${Math.round(total / 60)} minutes.`;
  return `${INTRODUCTION}\n${summary}\n\n${table.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

const cell = (text) =>
  text
    .replaceAll('|', String.raw`\|`)
    .replaceAll('<', '&lt;')
    .replaceAll('{', '&#123;');
