import { type Fault, lineAt } from './fault.ts'
import type { TrackedFile } from './tracked-files.ts'

// Put together here, so that this file does not find itself.
const machinePath = new RegExp(`(?<![\\w.$})~*-])/(?:${['work', 'root', 'home'].join('|')})/`, 'g')

/** Paths that exist on the machine of whoever wrote them, and nowhere else. */
export function checkMachinePaths(files: readonly TrackedFile[]): readonly Fault[] {
  return files.flatMap(({ file, text }) =>
    Array.from(text.matchAll(machinePath), (match) => ({
      file,
      line: lineAt(text, match.index),
      sentence: `A path of one machine (${match[0]}…): say it relative to the repository.`,
    })),
  )
}
