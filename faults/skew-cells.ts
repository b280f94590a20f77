import type { Cell } from './cell.ts'
import { killAt } from './kill-cells.ts'

const hourMilliseconds = 3_600_000

/** The other nodes' clocks are an hour ahead: leases run by the database's, so nobody takes over before its time. */
export const skewCells: readonly Cell[] = (['sent', 'journaled'] as const).map((step) => ({
  title: `kill at ${step}, the other clocks an hour ahead`,
  async run(site, chance) {
    const others = site.nodes.slice(1)
    const again = (environment: Record<string, string>) =>
      Promise.all(others.map((node) => node.kill().then(() => node.start(environment))))
    await again({ CLOCK_AHEAD_MILLISECONDS: String(hourMilliseconds) })
    const faults = await killAt(site, chance, step)
    await again({})
    return faults
  },
}))
