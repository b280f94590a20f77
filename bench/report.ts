import type { Series } from './interleaved.ts'
import type { LoadResult } from './load.ts'
import { spread } from './statistics.ts'

const columns = ['request', 'server', 'requests/s', 'CPU µs/request', 'core busy %', 'throughput ×', 'CPU ×']

/** A table: medians, with least and most in parentheses; × are against the series of that name in the same round. */
export function report(all: readonly Series[], baseline: string): string {
  const rows = all.map((series) => {
    const base = all.find((other) => other.name === baseline && other.workload === series.workload)
    return [
      series.workload,
      series.name,
      spread(series.rounds.map(perSecond)),
      spread(series.rounds.map(microseconds), 1),
      spread(series.rounds.map(busy)),
      spread(ratios(series, base, perSecond), 2),
      spread(ratios(series, base, microseconds), 2),
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

export function perSecond({ requests, seconds }: LoadResult): number {
  return requests / seconds
}

function microseconds({ requests, cpuSeconds }: LoadResult): number | undefined {
  return cpuSeconds === undefined ? undefined : (cpuSeconds / requests) * 1e6
}

/** Below 95, the other core was the limit: then CPU per request says more than throughput does. */
function busy({ seconds, cpuSeconds }: LoadResult): number | undefined {
  return cpuSeconds === undefined ? undefined : (cpuSeconds / seconds) * 100
}

/** Of each round, one series against the other. */
export function ratios(
  series: Series,
  base: Series | undefined,
  figure: (result: LoadResult) => number | undefined,
): (number | undefined)[] {
  return series.rounds.map((result, round) => {
    const other = base?.rounds[round]
    const [own, others] = [figure(result), other && figure(other)]
    return own === undefined || others === undefined ? undefined : own / others
  })
}
