import { accountStatuses, scopes } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { actionsFor } from './actions.ts'
import { statuses } from './status.ts'

const verbs = (...given: Parameters<typeof actionsFor>) => actionsFor(...given).map(({ verb }) => verb)

test('nobody is offered what their role refuses', () => {
  expect(verbs('connected', ['accounts:read'])).toEqual([])
  expect(verbs('connected', ['accounts:connect'])).toEqual(['test', 'renew', 'authorize'])
  expect(verbs('connected', ['accounts:write'])).toEqual(['disable', 'disconnect'])
})

test('where an account waits to be connected, that comes first and stands out; each thing is offered once', () => {
  for (const status of accountStatuses) {
    const [first] = actionsFor(status, scopes)
    if (statuses[status].move?.startsWith('Connect'))
      expect(first).toMatchObject({ verb: 'authorize', isNext: true })
    expect(new Set(verbs(status, scopes)).size).toBe(verbs(status, scopes).length)
  }
  expect(verbs('disabled', scopes)).toEqual(['enable', 'disconnect'])
  expect(verbs('revoked', scopes)).toEqual(['authorize'])
})
