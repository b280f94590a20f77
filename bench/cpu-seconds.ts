import { readFileSync } from 'node:fs'

// USER_HZ, which is 100 wherever Node runs on Linux: a round of one second is exact to 1 %.
const ticksPerSecond = 100

/** CPU time that a process has used so far, its threads included; undefined where the system does not tell. */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in parentheses may hold spaces; utime and stime are fields 14 and 15 (proc(5)).
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    return undefined
  }
}
