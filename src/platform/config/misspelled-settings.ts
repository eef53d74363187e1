import { environment } from './environment.js';

export interface MisspelledSetting {
  readonly given: string;
  readonly meant: string;
}

/** A short name is close to many others. */
const LONG_NAME = 8;

/** The variables whose names are those of settings but for one or two characters. The others are not ours to judge. */
export function misspelledSettings(names: readonly string[]): MisspelledSetting[] {
  const settings = Object.keys(environment.shape);
  return names.flatMap((given) => {
    if (settings.includes(given)) return [];
    const meant = settings.find((name) => distance(given, name) <= (name.length < LONG_NAME ? 1 : 2));
    return meant === undefined ? [] : [{ given, meant }];
  });
}

/** The number of characters to insert, delete, replace or swap with the next one. */
function distance(one: string, other: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, place) => place)];
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (current[column - 1] ?? 0) + 1,
        (last[column] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}
