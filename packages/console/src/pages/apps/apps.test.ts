import type { AppReply } from '@sallyport/contract'
import { describe, expect, test } from 'vitest'
import { type BoundAccount, cellOf } from './cells.ts'
import { appsShown, readAppSearch, readCompareSearch } from './search.ts'
import { rowsOf, settingsOf, withRow } from './settings.ts'
import { previewOf } from './transfer.ts'

const app = (name: string, fields: Partial<AppReply> = {}): AppReply => ({
  ...{ id: 'app_1', key: name.toLowerCase(), name, adapters: [], profiles: [] },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
  ...fields,
})

test('apps are found by name, key and what they call, and sorted either way', () => {
  const shop = app('Shop', { adapters: [{ name: 'mail', integration: 'Postmark' }] })
  const agent = app('Agent', { profiles: [{ name: 'dev', environment: 'development', unbound: ['a'] }] })
  const names = (search: Parameters<typeof appsShown>[1]) =>
    appsShown([shop, agent], search).map(({ name }) => name)
  expect([names({}), names({ sort: '-name' }), names({ sort: '-unbound' })]).toEqual([
    ['Agent', 'Shop'],
    ['Shop', 'Agent'],
    ['Agent', 'Shop'],
  ])
  expect([names({ q: 'POSTM' }), names({ q: 'mail' }), names({ q: 'age' }), names({ q: 'x' })]).toEqual([
    ...[['Shop'], ['Shop'], ['Agent'], []],
  ])
  expect(readAppSearch({ q: 1, sort: 'x' })).toEqual({ q: '1' })
  expect(readCompareSearch({ from: 'dev', with: ['x'] })).toEqual({ from: 'dev' })
})

describe('a place of the matrix', () => {
  const account = (fields: Partial<BoundAccount>): BoundAccount => ({
    ...{ id: 'acc_1', name: 'One', status: 'connected' },
    ...fields,
  })
  const place = (bound: BoundAccount | undefined, bindings: Readonly<Record<string, string>>) =>
    cellOf({ bindings }, 'constructor', new Map(bound && [[bound.id, bound]]))

  test('says that nothing is bound, or that the account is not seen', () => {
    expect(place(account({}), {})).toEqual({ kind: 'unbound' })
    expect(place(undefined, { constructor: 'acc_1' })).toEqual({ kind: 'unseen', id: 'acc_1' })
  })

  test('says why calls with its account are refused, and nothing where they are made', () => {
    const refused = (fields: Partial<BoundAccount>) => {
      const cell = place(account(fields), { constructor: 'acc_1' })
      return cell.kind === 'bound' ? cell.refused : undefined
    }
    expect(refused({})).toBeUndefined()
    expect(refused({ status: 'failing', reasonDetail: 'slow' })).toBeUndefined()
    expect(refused({ status: 'disabled', reasonDetail: 'old' })).toBe('It is disabled: calls are refused.')
    expect(refused({ status: 'needs_reconnect', reasonDetail: 'The grant is gone.' })).toBe(
      'It has to be connected again: calls are refused. The grant is gone.',
    )
  })
})

describe('what a profile would be changed by', () => {
  const profile = (
    environment: string,
    bindings: Record<string, string>,
    settings = {},
    unbound = ['mail'],
  ) => ({
    ...{ environment, bindings, settings, unbound },
  })
  const dev = profile('development', { crm: 'acc_1' }, { region: 'eu', size: '2' })

  test('a promotion changes settings alone, and names what stays unbound', () => {
    const qa = profile('qa', { crm: 'acc_2' }, { region: 'us', old: 'x' })
    expect(previewOf('promote', dev, qa)).toEqual({
      settings: [
        { name: 'old', before: 'x', after: undefined },
        { name: 'region', before: 'us', after: 'eu' },
        { name: 'size', before: undefined, after: '2' },
      ],
      ...{ bindings: [], bindingsStay: 'promoted', unbound: ['mail'] },
    })
  })

  test('a copy within an environment brings bindings along, to another one it does not', () => {
    const other = profile('development', { crm: 'acc_3', mail: 'acc_4' }, dev.settings, [])
    expect(previewOf('copy', dev, other)).toEqual({
      settings: [],
      bindings: [
        { adapter: 'crm', before: 'acc_3', after: 'acc_1' },
        { adapter: 'mail', before: 'acc_4', after: undefined },
      ],
      ...{ bindingsStay: undefined, unbound: ['mail'] },
    })
    const qa = profile('qa', { crm: 'acc_2' }, {}, [])
    expect(previewOf('copy', dev, qa)).toMatchObject({
      ...{ bindings: [], bindingsStay: 'other_environment', unbound: [] },
    })
  })

  test('a copy to a new profile has all of it', () => {
    expect(previewOf('copy', dev, undefined)).toMatchObject({
      settings: [{ name: 'region', after: 'eu' }, { name: 'size' }],
      bindings: [{ adapter: 'crm', before: undefined, after: 'acc_1' }],
    })
  })
})

test('settings are rows of a name and a value; empty rows are none, and a name that stands twice is named', () => {
  const rows = withRow(rowsOf({ region: 'eu', constructor: 'x' }))
  expect(rows.map(({ id }) => id)).toEqual([0, 1, 2])
  expect(settingsOf(rows)).toEqual({ settings: { region: 'eu', constructor: 'x' }, repeated: [] })
  const twice = rows.map((row) => ({ ...row, name: 'region' }))
  expect(settingsOf(twice).repeated).toEqual(['region'])
})
