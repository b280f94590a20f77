import { describe, expect, test } from 'vitest'
import { nextSteps, type RenewalStep } from '../ports.ts'
import { explore } from './protocol-explorer.suite.ts'
import { type Budget, ownRules, type Rules } from './protocol-model.suite.ts'

const budget: Budget = { crashes: 2, losses: 1, databaseFailures: 2, renewals: 3 }
const smallBudget: Budget = { crashes: 1, losses: 1, databaseFailures: 2, renewals: 2 }
const kinds = ['strict', 'grace', 'lasting'] as const

describe.each(kinds)(
  'in every order of two nodes, a provider that is %s, a database and their faults',
  (kind) => {
    test('no refresh token is sent whose successor we hold, none is lost without a cause, nobody waits for ever', () => {
      const { states, findings } = explore({ nodes: 2, kind, budget })
      expect(findings.map(({ what, history }) => `${what}: ${history.join(' · ')}`).slice(0, 3)).toEqual([])
      expect(states).toBeGreaterThan(10_000)
    }, 60_000)
  },
)

/** Rules that somebody might think of, and what they would do. */
const worse: readonly [string, Partial<Rules>, string][] = [
  ['that waits for nobody', { onTaken: () => 'take_over' }, 'reuse'],
  [
    'that sends again while the access token works',
    { mayResend: () => true, onTaken: ({ state }) => (state === 'sending' ? 'wait' : 'take_over') },
    'reuse',
  ],
  [
    'that ends an attempt whose answer was lost as if nothing had been sent',
    { onFailure: (...how) => ({ ...ownRules.onFailure(...how), intent: 'release' }) },
    'reuse',
  ],
  ['that takes the dead for those who never sent', { onDeath: () => 'release' }, 'reuse'],
  [
    'that calls lost what the journal still holds',
    { onDeath: ({ kind }) => (kind === 'lasting' ? 'release' : 'no_answer') },
    'reuse',
  ],
  [
    'that gives back a token that an attempt before has committed',
    { onSuperseded: () => 'give_back' },
    'lost',
  ],
]

test.each(worse)(
  'a rule %s is found out',
  (_, rules, what) => {
    const { findings } = explore({ nodes: 2, kind: 'strict', budget: smallBudget, rules })
    expect(findings.map((finding) => finding.what)).toContain(what)
  },
  60_000,
)

test('the model takes the steps of the code, in their order', () => {
  const answers = { answered: 'answered', uncommitted: 'journal', journaled: 'journaled' } as const
  const shown = { claimed: 'claimed', ...answers, committed: 'committed' } as const
  const { moves } = explore({ nodes: 1, kind: 'strict', budget })
  const stepOf = (at: string): RenewalStep | undefined => (shown as Record<string, RenewalStep>)[at]
  const taken = [...moves].flatMap((move) => {
    const [from, to] = move.split(' > ').map(stepOf)
    return from && to ? [`${from} > ${to}`] : []
  })
  const places = Object.values(shown)
  const allowed = places.flatMap((from) => reachedFrom(from, places).map((to) => `${from} > ${to}`))
  expect(allowed).toEqual(expect.arrayContaining(taken))
  expect(new Set(taken.flatMap((move) => move.split(' > ')))).toEqual(new Set(places))
})

/** The next of these places that an attempt comes to, by steps that the model does not show. */
function reachedFrom(from: RenewalStep, places: readonly RenewalStep[]): RenewalStep[] {
  const seen = new Set<RenewalStep>()
  const look = (step: RenewalStep): RenewalStep[] =>
    nextSteps[step].flatMap((next) => {
      if (seen.has(next)) return []
      seen.add(next)
      return places.includes(next) ? [next] : look(next)
    })
  return look(from)
}
