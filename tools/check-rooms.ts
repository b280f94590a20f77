import { fileURLToPath } from 'node:url'
import { checkLengths, checkReveals } from './allow-lists.ts'
import { checkArrows } from './arrows.ts'
import { checkCycles } from './cycles.ts'
import { type Fault, report } from './fault.ts'
import { longestFile, longFiles } from './long-files.ts'
import { checkPhrases } from './phrases.ts'
import { revealSites } from './reveal-sites.ts'
import { rooms } from './rooms.ts'
import { readSources } from './sources.ts'

/** The lists of exceptions that a run believes. */
export interface Exceptions {
  readonly revealSites: Readonly<Record<string, string>>
  readonly longFiles: Readonly<Record<string, string>>
}

/** Everything that is not where it belongs in the repository at `root`. */
export function checkRooms(
  root: string,
  exceptions: Exceptions = { revealSites, longFiles },
): readonly Fault[] {
  const sources = readSources(root)
  return [
    ...checkArrows(root, sources, rooms),
    ...checkCycles(root, sources),
    ...checkPhrases(sources),
    ...checkReveals(sources, exceptions.revealSites),
    ...checkLengths(sources, exceptions.longFiles, longestFile),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) report('rooms', checkRooms(process.cwd()))
