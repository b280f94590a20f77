import { median, percentile } from '../statistics.ts'
import type { RenewalFigures } from './renewals.ts'
import { table } from './table.ts'
import { mostOvertaken } from './watch.ts'

/** What a minute of renewals was like. */
export function renewalReport(figures: RenewalFigures, accounts: number): string {
  const { load, seen, provider, busyPercent, nodes, seconds } = figures
  const total = seen.perSecond.reduce((sum, count) => sum + count, 0)
  const ours = (percent: number) =>
    `${percent.toFixed(0)} % (${((percent * seconds * 10) / total).toFixed(2)} ms)`
  const wanted = load.perSecond + load.backlogPerSecond
  const lateness = (values: readonly number[]) =>
    `${(median(values) / 1000).toFixed(2)} / ${(percentile(values, 0.99) / 1000).toFixed(2)} / ${(Math.max(...values) / 1000).toFixed(2)}`
  const rows = [
    ['renewals in a second that came due, and within its cap the backlog', wanted.toFixed(0)],
    ['renewals in a second: mean, median, worst second', rates(seen.perSecond)],
    [
      'failures; refresh tokens used twice; requests refused',
      `${seen.failures}; ${provider.reuses}; ${provider.refusals}`,
    ],
    ['lateness, s: p50 / p99 / worst', lateness([...seen.lateness.busy, ...seen.lateness.quiet])],
    [`the same of the ${load.quiet.length} integrations with little to do`, lateness(seen.lateness.quiet)],
    [
      `backlog of ${load.backlogAccounts.toLocaleString('en')}: renewals in a second`,
      (seen.backlogRenewed / seconds).toFixed(1),
    ],
    ['of the backlog, overtaken; left behind', `${mostOvertaken(seen.backlogClaims)}; ${seen.leftBehind}`],
    [`CPU of ${nodes} ${nodes === 1 ? 'node' : 'nodes'}, of a core (a renewal)`, ours(busyPercent.nodes)],
    ['CPU of the database', ours(busyPercent.database)],
    ['CPU of the provider', ours(busyPercent.provider)],
  ]
  return [
    `Renewals for ${seconds.toFixed(0)} s on PostgreSQL with ${accounts.toLocaleString('en')} other accounts:`,
    '',
    table(['', ''], rows),
  ].join('\n')
}

function rates(perSecond: readonly number[]): string {
  const mean = perSecond.reduce((sum, count) => sum + count, 0) / perSecond.length
  return `${mean.toFixed(0)}, ${median(perSecond).toFixed(0)}, ${Math.min(...perSecond)}`
}
