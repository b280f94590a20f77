import type { AccountStatus } from '@sallyport/contract'
import { expect, test } from 'vitest'
import { accountEvents, ended, type Standing } from './account-events.ts'

function standing(status: AccountStatus, change: Partial<Standing> = {}): Standing {
  const nothing = { reason: undefined, reasonDetail: undefined, revocation: undefined }
  return { status, ...nothing, expiresAt: undefined, refreshExpiresAt: undefined, ...change }
}

const typesOf = (before: Standing | undefined, after: Standing | undefined) =>
  accountEvents(before, after).map(({ type }) => type.replace('account.', ''))

const states = ['none', 'pending', 'connected', 'expiring', 'failing', 'needs_reconnect', 'revoked'] as const

test.each<[before: (typeof states)[number], after: readonly string[]]>([
  // To: pending, connected, expiring, failing, needs_reconnect, revoked, none.
  ['none', ['', 'connected', 'connected expiring', 'failing', 'needs_reconnect', 'disconnected', '']],
  [
    'pending',
    ['', 'connected', 'connected expiring', 'failing', 'needs_reconnect', 'disconnected', 'deleted'],
  ],
  ['connected', ['needs_reconnect', '', 'expiring', 'failing', 'needs_reconnect', 'disconnected', 'deleted']],
  ['expiring', ['needs_reconnect', 'connected', '', 'failing', 'needs_reconnect', 'disconnected', 'deleted']],
  [
    'failing',
    ['needs_reconnect', 'recovered', 'recovered expiring', '', 'needs_reconnect', 'disconnected', 'deleted'],
  ],
  ['needs_reconnect', ['', 'connected', 'connected expiring', 'failing', '', 'disconnected', 'deleted']],
  ['revoked', ['', 'connected', 'connected expiring', 'failing', 'needs_reconnect', '', 'deleted']],
])('from %s, each change makes the events of that change', (before, expected) => {
  const to = [...states.slice(1), 'none'] as const
  const of = (state: (typeof states)[number]) => (state === 'none' ? undefined : standing(state))
  expect(to.map((after) => typesOf(of(before), of(after)).join(' '))).toEqual(expected)
})

test('another reason for the same state is no event', () => {
  const failing = standing('failing', { reason: 'upstream_unreachable', reasonDetail: 'Down.' })
  expect(typesOf(failing, { ...failing, reason: 'upstream_timeout' })).toEqual([])
  const lost = standing('needs_reconnect', { reason: 'invalid_grant' })
  expect(typesOf(lost, { ...lost, reason: 'revoked' })).toEqual([])
})

test('the end of a token that nothing renews is told once, and its new connection as one', () => {
  const expiring = standing('expiring', { expiresAt: 5 })
  const over = { ...expiring, ...ended }
  expect(typesOf(expiring, over)).toEqual(['needs_reconnect'])
  expect(typesOf(over, over)).toEqual([])
  expect(typesOf(over, standing('needs_reconnect', { reason: 'revoked' }))).toEqual([])
  expect(typesOf(over, standing('connected'))).toEqual(['connected'])
  expect(typesOf(over, { ...expiring, expiresAt: 9 })).toEqual(['connected', 'expiring'])
  expect(accountEvents(expiring, over)[0]?.data).toEqual({
    status: 'needs_reconnect',
    previousStatus: 'expiring',
    ...ended,
  })
})

test('events say how it stood before and after, why, and until when', () => {
  const failing = standing('failing', { reason: 'upstream_timeout', reasonDetail: 'Slow.' })
  expect(accountEvents(standing('connected'), failing)[0]?.data).toEqual({
    status: 'failing',
    previousStatus: 'connected',
    reason: 'upstream_timeout',
    reasonDetail: 'Slow.',
  })
  const [, expiring] = accountEvents(failing, standing('expiring', { expiresAt: 0 }))
  expect(expiring?.data).toMatchObject({ status: 'expiring', reconnectBy: '1970-01-01T00:00:00.000Z' })
  const [lasting] = accountEvents(undefined, standing('connected', { expiresAt: 5, refreshExpiresAt: 0 }))
  expect(lasting?.data).toEqual({ status: 'connected', reconnectBy: '1970-01-01T00:00:00.000Z' })
  const gone = standing('revoked', { revocation: 'pending', refreshExpiresAt: 0 })
  expect(accountEvents(failing, gone)[0]?.data).toEqual({
    status: 'revoked',
    previousStatus: 'failing',
    revocation: 'pending',
  })
  expect(accountEvents(gone, undefined)[0]?.data).toEqual({
    previousStatus: 'revoked',
    revocation: 'pending',
  })
})

test('an account that somebody else connected is told once for each time, whatever its status', () => {
  const own = standing('connected', { differences: { generation: 1, names: [] } })
  const others = standing('connected', { differences: { generation: 2, names: ['idSubject'] } })
  expect(accountEvents(own, others)).toEqual([
    {
      type: 'account.different_person',
      data: { previousStatus: 'connected', status: 'connected', differences: ['idSubject'] },
    },
  ])
  // A renewal carries it on.
  expect(typesOf(others, others)).toEqual([])
  expect(typesOf(others, { ...others, differences: { generation: 4, names: ['idSubject'] } })).toEqual([
    'different_person',
  ])
  expect(typesOf(standing('needs_reconnect'), others)).toEqual(['connected', 'different_person'])
  expect(typesOf(others, { ...own, differences: { generation: 3, names: [] } })).toEqual([])
})
