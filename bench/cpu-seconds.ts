import { readdirSync, readFileSync } from 'node:fs'

// USER_HZ, which is 100 wherever Node runs on Linux: a round of one second is exact to 1 %.
const ticksPerSecond = 100

/** CPU time that a process has used so far, its threads included; undefined where the system does not tell. */
export function cpuSeconds(pid: number): number | undefined {
  const fields = fieldsOf(pid)
  return fields && (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** The same of a process with all below it, those that have ended among them. */
export function treeCpuSeconds(pid: number): number | undefined {
  const processes = readdirSync('/proc').flatMap((name) => {
    const fields = /^\d+$/.test(name) ? fieldsOf(Number(name)) : undefined
    return fields ? [{ pid: Number(name), parent: Number(fields[1]), fields }] : []
  })
  const own = processes.find((process) => process.pid === pid)
  if (!own) return undefined
  // Of those that ended and were waited for: fields 16 and 17.
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(own.fields[index]), 0)
  const below = processes
    .filter(({ parent }) => parent === pid)
    .map((child) => treeCpuSeconds(child.pid) ?? 0)
  return ticks / ticksPerSecond + below.reduce((sum, seconds) => sum + seconds, 0)
}

/** Those that follow the name, which stands in parentheses and may hold spaces; utime and stime are 14 and 15 (proc(5)). */
function fieldsOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
