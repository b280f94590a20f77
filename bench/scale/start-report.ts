import { median, spread } from '../statistics.ts'
import type { Start } from './starts.ts'
import { table } from './table.ts'

/** What starts of servers on two databases took, the small one first; differences first. */
export function startReport(accounts: readonly number[], starts: readonly (readonly Start[])[]): string {
  const [few = '', many = ''] = accounts.map((count) => count.toLocaleString('en'))
  const row = (name: string, figure: (start: Start) => number, decimals = 0) => {
    const [small = [], large = []] = starts.map((all) => all.map(figure))
    const more = median(large) - median(small)
    const text = `${more < 0 ? '−' : '+'}${Math.abs(more).toFixed(decimals)}`
    return [name, text, spread(small, decimals), spread(large, decimals)]
  }
  return [
    `Starts on SQLite, ${starts[0]?.length ?? 0} of each in turns, median (least-most):`,
    '',
    table(
      ['', 'more', few, many],
      [
        row('from its beginning until it listens, ms', ({ milliseconds }) => milliseconds),
        row('resident memory after 10 s, MB', ({ megabytes }) => megabytes),
        row('CPU while it idles, % of a core', ({ idlePercent }) => idlePercent, 1),
      ],
    ),
  ].join('\n')
}
