import { passThrough } from './contenders.ts'
import type { LoadResult } from './load.ts'
import { spread } from './statistics.ts'

/** All rounds of one contender with one kind of request. */
export interface Series {
  readonly contender: string
  readonly workload: string
  readonly rounds: LoadResult[]
}

const columns = ['request', 'server', 'requests/s', 'CPU µs/request', 'core busy %', 'throughput ×', 'CPU ×']

/** A table: medians, with least and most in parentheses; × are against the pass-through of the same round. */
export function report(all: readonly Series[]): string {
  const rows = all.map((series) => {
    const bare = all.find((other) => other.contender === passThrough && other.workload === series.workload)
    return [
      series.workload,
      series.contender,
      spread(series.rounds.map(perSecond)),
      spread(series.rounds.map(microseconds), 1),
      spread(series.rounds.map(busy)),
      spread(ratios(series, bare, perSecond), 2),
      spread(ratios(series, bare, microseconds), 2),
    ]
  })
  const table = [columns, ...rows]
  const widths = columns.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return lines.join('\n')
}

function perSecond({ requests, seconds }: LoadResult): number {
  return requests / seconds
}

function microseconds({ requests, cpuSeconds }: LoadResult): number | undefined {
  return cpuSeconds === undefined ? undefined : (cpuSeconds / requests) * 1e6
}

/** Below 95, the other core was the limit: then CPU per request says more than throughput does. */
function busy({ seconds, cpuSeconds }: LoadResult): number | undefined {
  return cpuSeconds === undefined ? undefined : (cpuSeconds / seconds) * 100
}

function ratios(
  series: Series,
  bare: Series | undefined,
  figure: (result: LoadResult) => number | undefined,
): (number | undefined)[] {
  return series.rounds.map((result, round) => {
    const other = bare?.rounds[round]
    const [own, others] = [figure(result), other && figure(other)]
    return own === undefined || others === undefined ? undefined : own / others
  })
}
