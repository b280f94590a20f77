import type { ChildProcess } from 'node:child_process'
import { nextMessage } from './children.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import type { Options } from './options.ts'
import type { Subject } from './subject.ts'

const leadInMilliseconds = 150

/** All rounds of one subject. */
export interface Series {
  readonly name: string
  readonly workload: string
  readonly rounds: LoadResult[]
}

interface Rounds extends Pick<Options, 'connections' | 'rounds' | 'seconds'> {
  readonly warmUpMilliseconds?: number
}

/** Puts load on all subjects in turn, round after round, so that what else the machine does meets them alike. */
export async function interleaved(
  load: ChildProcess,
  subjects: readonly Subject[],
  { connections, rounds, seconds, warmUpMilliseconds = 1_500 }: Rounds,
): Promise<Series[]> {
  const run = async ({ pid, port, requests, expected }: Subject, milliseconds: number) => {
    const order: LoadOrder = { pid, port, requests, expected, connections, leadInMilliseconds, milliseconds }
    load.send(order)
    return nextMessage<LoadResult>(load)
  }
  for (const subject of subjects) await run(subject, warmUpMilliseconds)
  const series = subjects.map(({ name, workload }): Series => ({ name, workload, rounds: [] }))
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      series[index]?.rounds.push(await run(subject, seconds * 1000))
    }
  }
  return series
}

/** What went wrong first; undefined where nothing did. */
export function firstFailure(all: readonly Series[]): string | undefined {
  const failed = all.flatMap(({ rounds }) => rounds).find(({ failures }) => failures > 0)
  return failed?.firstFailure
}
