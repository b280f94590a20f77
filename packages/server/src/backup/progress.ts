/** Tells how far something has come: `done` of `total`, at most once a second. */
export interface Progress {
  advance(count: number): void
}

const milliseconds = 1000

/** On standard error, so that what a command says at its end stands alone on standard output. */
export function progressOf(what: string, total: number): Progress {
  let [done, toldAt] = [0, performance.now()]
  return {
    advance(count) {
      done += count
      if (performance.now() - toldAt < milliseconds && done < total) return
      toldAt = performance.now()
      process.stderr.write(`${what}: ${done} of ${total} rows\n`)
    },
  }
}
