import { median, percentile } from '../statistics.ts'
import type { QueryTimes } from './queries.ts'
import { table } from './table.ts'

const names: Readonly<Record<keyof QueryTimes, string>> = {
  lanes: 'which lanes have work, of 100',
  due: 'what is due in a lane, 8 accounts',
  claim: 'claim those',
  backlogDue: 'what is due in the lane of the backlog',
  backlogClaim: 'claim those',
}

/** Two databases of a kind, the small one first. */
export interface QueryFigures {
  readonly database: string
  readonly accounts: readonly number[]
  readonly times: readonly QueryTimes[]
}

/** Ratios first: they are what is promised. */
export function queryReport(figures: readonly QueryFigures[]): string {
  const [first] = figures
  const [few = '', many = ''] = first?.accounts.map((count) => count.toLocaleString('en')) ?? []
  const rows = figures.flatMap(({ database, times: [small, large] }) =>
    (Object.keys(names) as (keyof QueryTimes)[]).map((name) => {
      const [one, other] = [small?.[name] ?? [], large?.[name] ?? []]
      const ratio = (figure: (values: readonly number[]) => number) =>
        (figure(other) / figure(one)).toFixed(2)
      return [database, names[name], ratio(median), ratio(p99), both(one), both(other)]
    }),
  )
  const calls = first?.times[0]?.lanes.length ?? 0
  return [
    `Milliseconds of ${calls} calls each, p50 / p99; × is ${many} accounts against ${few}:`,
    '',
    table(['database', 'query', 'p50 ×', 'p99 ×', few, many], rows),
  ].join('\n')
}

function p99(values: readonly number[]): number {
  return percentile(values, 0.99)
}

function both(values: readonly number[]): string {
  return `${median(values).toFixed(2)} / ${p99(values).toFixed(2)}`
}
