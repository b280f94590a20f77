import { nameOf, type Result } from './matrix.ts'
import type { Totals } from './schedules.ts'
import type { Outcome } from './simulation/verdict.ts'

/** One line of progress, and what is wrong below it. */
export function lineOf(
  result: Result,
  { number, of }: { readonly number: number; readonly of: number },
): string {
  const place = `[${String(number).padStart(String(of).length)}/${of}]`
  const verdict = result.faults.length === 0 ? 'ok' : 'FAILED'
  const seconds = (result.milliseconds / 1000).toFixed(1)
  const line = `${place} ${nameOf(result)} … ${verdict} (${seconds} s)`
  return [line, ...result.faults.map((fault) => `    ${fault}`)].join('\n')
}

/** How many cells passed, by database and rotation. */
export function totals(results: readonly Result[]): string {
  const sites = new Map<string, { passed: number; failed: number }>()
  for (const { kind, profile, faults } of results) {
    const name = `${kind} ${profile.name}`
    const count = sites.get(name) ?? { passed: 0, failed: 0 }
    if (faults.length === 0) count.passed += 1
    else count.failed += 1
    sites.set(name, count)
  }
  const rows = [...sites].map(
    ([name, { passed, failed }]) =>
      `${name.padEnd(18)}${String(passed).padStart(7)}${String(failed).padStart(8)}`,
  )
  return [`${''.padEnd(18)}${'passed'.padStart(7)}${'failed'.padStart(8)}`, ...rows].join('\n')
}

/** A schedule in which something was wrong, and what happened in it. */
export function failureOf({ seed, nodes, kind, violations, history }: Outcome): string {
  const name = `seed ${seed}, ${nodes} nodes, ${kind}: ${violations.join('; ')}`
  return [name, ...history.map((event) => `    ${event}`)].join('\n')
}

export function totalsOfSchedules({ schedules, renewals, lost, failed }: Totals): string {
  const { strict, grace } = lost
  return `${schedules} schedules, ${failed.length} failed; ${renewals} renewals; answers that were lost as is foreseen: ${strict} strict, ${grace} grace, ${lost.static} static`
}
