import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Keeps this process, and those that it starts, from being written to a file when they crash: that would hold every secret
 * which is in memory (E7). Node cannot set its own limits, so `prlimit` of util-linux does.
 *
 * @returns whether some could be written all the same
 */
export function coreDumpsRemain(): boolean {
  if (!areOn()) return false
  spawnSync('prlimit', [`--pid=${process.pid}`, '--core=0:0'], { stdio: 'ignore' })
  return areOn()
}

/** Not where the system does not say it in this way. */
function areOn(): boolean {
  return !/^(0|)$/.test(softLimit())
}

function softLimit(): string {
  try {
    return /^Max core file size +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? ''
  } catch {
    return ''
  }
}
