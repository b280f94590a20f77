/** One thing that a check found: where, and what is wrong with it in a sentence. */
export interface Fault {
  /** Relative to the root of the repository. */
  readonly file: string
  readonly line: number
  readonly sentence: string
}

/** Prints faults as editors and terminals link them, and says by the exit code whether there were any. */
export function report(check: string, faults: readonly Fault[]): void {
  for (const { file, line, sentence } of faults) console.error(`${file}:${line}  ${sentence}`)
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  console.log(`${check}: ${faults.length === 0 ? 'nothing to say against it' : count}`)
  if (faults.length > 0) process.exitCode = 1
}

/** The line, counted from one, that an offset into a text lies on. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
