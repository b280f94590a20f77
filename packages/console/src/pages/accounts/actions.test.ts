import { accountStatuses, scopes } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { actionsFor } from './actions.ts'
import { statuses } from './status.ts'

const verbs = (...given: Parameters<typeof actionsFor>) => actionsFor(...given).map(({ verb }) => verb)

test('nobody is offered what their role refuses', () => {
  expect(verbs('connected', ['accounts:read'], 'authorized')).toEqual([])
  expect(verbs('connected', ['accounts:connect'], 'authorized')).toEqual([
    'test',
    'renew',
    'authorize',
    'link',
  ])
  expect(verbs('connected', ['accounts:write'], 'authorized')).toEqual(['disable', 'disconnect'])
  expect(verbs('needs_reconnect', ['accounts:connect'], 'given')).toEqual(['link'])
})

test('where an account waits to be connected, that comes first and stands out; each thing is offered once', () => {
  for (const how of ['given', 'fetched', 'authorized'] as const) {
    const verb = how === 'authorized' ? 'authorize' : 'secret'
    for (const status of accountStatuses) {
      const [first] = actionsFor(status, scopes, how)
      if (statuses[status].move?.startsWith('Connect')) expect(first).toMatchObject({ verb, isNext: true })
      const offered = verbs(status, scopes, how)
      expect(new Set(offered).size).toBe(offered.length)
    }
    expect(verbs('disabled', scopes, how)).toEqual(['enable', 'disconnect'])
    expect(verbs('revoked', scopes, how)).toEqual([verb, 'link'])
  }
})

test('until it is known how an account is connected, nobody is sent to a provider', () => {
  expect(verbs('pending', scopes, undefined)).toEqual(['link', 'disable', 'disconnect'])
})
