/** Told how many of all rows are done, as often as some are. */
export type Progress = (done: number, total: number) => void

const milliseconds = 1000

/** Says so once a second, and at the end: on standard error, so that the result stands alone on standard output. */
export function saidProgress(what: string): Progress {
  let saidAt = performance.now()
  return (done, total) => {
    if (performance.now() - saidAt < milliseconds && done < total) return
    saidAt = performance.now()
    process.stderr.write(`${what}: ${done} of ${total} rows\n`)
  }
}

/** Counts what is done. */
export function counted(progress: Progress, total: number): (rows: readonly unknown[]) => void {
  let done = 0
  return ({ length }) => {
    done += length
    progress(done, total)
  }
}
