import { Refused } from './refused.ts'

const longestPath = 1000

/**
 * Keeps paths of archives below the folder that somebody may unpack them into.
 *
 * @throws Refused
 */
export function checkPaths(paths: readonly string[]): void {
  const taken = new Set<string>()
  for (const path of paths) {
    const shown = JSON.stringify(path.slice(0, 200))
    if (!isBelow(path))
      throw new Refused(
        `The archive’s path ${shown} is refused: paths are relative, with / between names, without . and .. among them.`,
      )
    if (taken.has(path)) throw new Refused(`The archive’s path ${shown} is there twice.`)
    taken.add(path)
  }
}

function isBelow(path: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no name of a file needs them.
  if (path.length > longestPath || /[\u0000-\u001f\u007f\\]|^[A-Za-z]:/.test(path)) return false
  return path.split('/').every((name) => !/^\.{0,2}$/.test(name))
}
