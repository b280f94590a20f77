import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { stopChild } from '../children.ts'
import { cpuSeconds } from '../cpu-seconds.ts'
import type { RunningServer } from '../server.ts'
import type { Installation } from './installation.ts'

/** One start of a server. */
export interface Start {
  readonly milliseconds: number
  /** Resident, after it has looked for work for a while. */
  readonly megabytes: number
  /** What that looking took of a core, in percent. */
  readonly idlePercent: number
}

const idleSeconds = 10

/** Starts servers one after the other, in turns, and lets them idle at the same time. */
export async function measureStarts(
  installations: readonly Installation[],
  rounds: number,
): Promise<readonly Start[][]> {
  const starts: Start[][] = installations.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    const order = [...installations.entries()]
    if (round % 2 === 1) order.reverse()
    const running: [number, RunningServer][] = []
    for (const [index, installation] of order) running.push([index, await installation.start()])
    // What starting leaves to be done is done by then.
    await wait(1_000)
    const before = running.map(([, { pid }]) => cpuSeconds(pid) ?? Number.NaN)
    await wait(idleSeconds * 1000)
    for (const [turn, [index, { pid, child, startMilliseconds }]] of running.entries()) {
      const used = (cpuSeconds(pid) ?? Number.NaN) - (before[turn] ?? Number.NaN)
      const megabytes = residentMegabytes(pid)
      starts[index]?.push({
        milliseconds: startMilliseconds,
        megabytes,
        idlePercent: (used / idleSeconds) * 100,
      })
      await stopChild(child)
    }
  }
  return starts
}

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kilobytes) / 1024
}
