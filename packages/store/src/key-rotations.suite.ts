import {
  type AnySealedColumn,
  allSealedColumns,
  type KeyRotationRecord,
  type RotationStep,
  type SealedValue,
  type Store,
} from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { poll } from './device-polls.suite.ts'
import {
  account,
  addOrganization,
  all,
  connected,
  dataKey,
  integration,
  now,
  pages,
} from './records.suite.ts'

function columnOf(name: string): AnySealedColumn {
  const column = allSealedColumns.find(({ table }) => table === name)
  if (!column) throw new Error(`Nothing of ${name} is sealed.`)
  return column
}

const credentials = columnOf('account')
const prefix = Buffer.from('new ')
const lease = 60_000

/** What every dialect promises of rotations of data keys, and of what they go through. */
export function keyRotationSuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  const start = (id: string, keepMilliseconds = 0, organizationId = 'org_a') =>
    store.keyRotations.start({
      ...{ organizationId, id, total: 3, keepMilliseconds },
      dataKey: dataKey(organizationId, { id: `dek_of_${id}`, wrapped: Buffer.from([7]) }),
    })

  async function claimed(): Promise<KeyRotationRecord> {
    const rotation = await store.keyRotations.claimDue(lease)
    if (!rotation) throw new Error('None is due.')
    return rotation
  }

  const stepOf = (rotation: KeyRotationRecord, change: Partial<RotationStep> = {}): RotationStep => ({
    ...rotation,
    dueInMilliseconds: lease,
    ...change,
  })

  describe('a rotation', () => {
    test('makes its key active, and the one before it a key that only opens', async () => {
      expect(await start('rot_1', 5000)).toBe(true)
      expect(await store.dataKeys.active('org_a')).toMatchObject({ id: 'dek_of_rot_1' })
      expect(await store.dataKeys.list('org_a')).toMatchObject([
        { id: 'dek_1', state: 'decrypt' },
        { id: 'dek_a', state: 'audit' },
        { id: 'dek_of_rot_1', state: 'active' },
      ])
      const rotation = await store.keyRotations.get('org_a', 'rot_1')
      expect(rotation).toMatchObject({ state: 'running', dataKeyId: 'dek_of_rot_1', done: 0, total: 3 })
      expect(rotation && rotation.keepUntil - rotation.startedAt).toBe(5000)
      expect(await store.keyRotations.get('org_b', 'rot_1')).toBeUndefined()
    })

    test('is begun by one of twenty that begin at once', async () => {
      const begun = await Promise.all(Array.from({ length: 20 }, (_, index) => start(`rot_${index}`)))
      expect(begun.filter((isBegun) => isBegun)).toHaveLength(1)
      const keys = await store.dataKeys.list('org_a')
      expect(keys.map(({ state }) => state).sort()).toEqual(['active', 'audit', 'decrypt'])
      expect((await store.keyRotations.list('org_a', all)).items).toHaveLength(1)
    })

    test('that only waits for its end gives way to another, which is not to be begun before', async () => {
      await start('rot_1')
      expect(await start('rot_2')).toBe(false)
      const first = await claimed()
      await store.keyRotations.advance(first, stepOf(first, { state: 'settling' }))
      expect(await start('rot_2')).toBe(true)
      expect(await store.keyRotations.get('org_a', 'rot_1')).toMatchObject({ state: 'superseded' })
      expect(await store.keyRotations.end({ ...first, state: 'settling' })).toBe(false)
      expect(await pages((page) => store.keyRotations.list('org_a', page), 1)).toEqual([['rot_2'], ['rot_1']])
    })

    test('goes to one of many that would go on with it, and to another only when that one does not', async () => {
      await addOrganization(store, 'org_b')
      await start('rot_1')
      const claims = await Promise.all(Array.from({ length: 10 }, () => store.keyRotations.claimDue(lease)))
      expect(claims.filter((claim) => claim)).toHaveLength(1)
      const mine = claims.find((claim) => claim)
      if (!mine) throw new Error('Nobody has it.')
      const further = await store.keyRotations.advance(mine, stepOf(mine, { done: 2, dueInMilliseconds: 0 }))
      expect(further).toMatchObject({ done: 2 })
      const theirs = await claimed()
      expect(theirs).toMatchObject({ id: 'rot_1', done: 2 })
      expect(further && (await store.keyRotations.advance(further, stepOf(further)))).toBeUndefined()
      expect(further && (await store.keyRotations.end(further))).toBe(false)
      await start('rot_b', 0, 'org_b')
      expect(await claimed()).toMatchObject({ organizationId: 'org_b' })
    })

    test('goes on where it came to', async () => {
      await start('rot_1')
      const mine = await claimed()
      const place = { column: 'webhook.secrets', cursor: '["whk_1"]', found: 4, failed: 1, done: 9 }
      await store.keyRotations.advance(mine, stepOf(mine, { ...place, dueInMilliseconds: 0 }))
      expect(await claimed()).toMatchObject(place)
    })

    test('ends with its old keys destroyed, those of other organizations and of audits left alone', async () => {
      await addOrganization(store, 'org_b')
      await start('rot_1')
      await start('rot_b', 0, 'org_b')
      const mine = await claimed()
      expect(await store.keyRotations.end(mine)).toBe(true)
      const other = mine.organizationId === 'org_a' ? 'org_b' : 'org_a'
      expect(await store.dataKeys.list(mine.organizationId)).toMatchObject([
        { id: 'dek_1', state: 'dead', wrapped: Buffer.alloc(0) },
        { id: 'dek_a', state: 'audit', wrapped: Buffer.from([0, 255, 1]) },
        { state: 'active', wrapped: Buffer.from([7]) },
      ])
      expect(await store.dataKeys.get(other, 'dek_1')).toMatchObject({ state: 'decrypt' })
      expect(await store.keyRotations.get(mine.organizationId, mine.id)).toMatchObject({ state: 'done' })
      expect(await store.keyRotations.end(mine)).toBe(false)
    })

    test('with values that nobody could open ends with its old keys as they were', async () => {
      await start('rot_1')
      const mine = await claimed()
      const further = await store.keyRotations.advance(mine, stepOf(mine, { found: 1, failed: 1 }))
      expect(further && (await store.keyRotations.end(further))).toBe(true)
      expect(await store.dataKeys.get('org_a', 'dek_1')).toMatchObject({ state: 'decrypt' })
      expect(await store.keyRotations.get('org_a', 'rot_1')).toMatchObject({ state: 'done', failed: 1 })
    })

    test('knows of renewals that began before it and are under way, until they are given up', async () => {
      await store.accounts.create(account('org_a'))
      const key = { organizationId: 'org_a', accountId: 'acc_1', generation: 1, isRefused: false }
      const times = { owner: 'a', deadlineMilliseconds: 0, leaseMilliseconds: 0 }
      const has = (before: number, silence = lease) =>
        store.keyRotations.hasRenewalsSince('org_a', before, silence)
      const farOff = now * 2
      expect(await has(farOff)).toBe(false)
      const intent = await store.renewalIntents.claim(key, times)
      expect(await has(farOff)).toBe(true)
      expect(await has(0)).toBe(false)
      expect(await has(farOff, -lease)).toBe(false)
      if (intent) await store.renewalIntents.release(intent)
      expect(await has(farOff)).toBe(false)
    })
  })

  describe('data keys of all organizations', () => {
    test('are gone through a page at a time, those of audits among them, without dead ones', async () => {
      await addOrganization(store, 'org_b')
      await start('rot_1')
      await store.keyRotations.end(await claimed())
      const first = await store.dataKeys.page(undefined, 3)
      const names = (keys: typeof first) => keys.map(({ organizationId, id }) => `${organizationId} ${id}`)
      expect(names(first)).toEqual(['org_a dek_a', 'org_a dek_of_rot_1', 'org_b dek_1'])
      expect(names(await store.dataKeys.page(first.at(-1), 3))).toEqual(['org_b dek_a'])
    })

    test('are wrapped anew by one of many, and stay what they are', async () => {
      const before = dataKey('org_a')
      const wrapped = Array.from({ length: 10 }, (_, index) => Buffer.from([index]))
      const isDone = await Promise.all(wrapped.map((each) => store.dataKeys.rewrap(before, each)))
      expect(isDone.filter((each) => each)).toHaveLength(1)
      const now = wrapped[isDone.indexOf(true)]
      expect(await store.dataKeys.get('org_a', 'dek_1')).toEqual({ ...before, wrapped: now })
    })
  })

  describe('what is sealed', () => {
    const page = (limit: number, after?: string) =>
      store.sealedValues.page('org_a', credentials, { after, limit, prefix })
    const texts = (values: readonly SealedValue[]) => values.map(({ blob }) => blob.toString())
    const sealed = (text: string) => ({ credential: Buffer.from(text) })

    test('is read a page of rows at a time: of each its place, and what begins otherwise than it should', async () => {
      await store.accounts.create(account('org_a', sealed('old 1')))
      await store.accounts.create(account('org_a', { id: 'acc_2', ...sealed('new 2') }))
      await store.accounts.create(account('org_a', { id: 'acc_3', ...sealed('old 3'), generation: 7 }))
      const first = await page(2)
      expect(first).toMatchObject({ rows: 2, next: '["acc_2"]' })
      expect(texts(first.values)).toEqual(['old 1'])
      const second = await page(2, first.next)
      expect(second).toMatchObject({ rows: 1, next: undefined })
      expect(texts(second.values)).toEqual(['old 3'])
      expect(second.values[0]?.row).toEqual({
        ...{ organizationId: 'org_a', id: 'acc_3', environment: 'development', generation: 7 },
      })
    })

    test('is read of every column in the register, by whatever key its rows have', async () => {
      await store.accounts.create(account('org_a'))
      const registration = { organizationId: 'org_a', ownerId: 'int_1', sealed: Buffer.from('old') }
      for (const [server, clientId] of [
        ['a', '2'],
        ['b', '1'],
        ['b', '2'],
      ] as const) {
        const times = { createdAt: now, supersededAt: undefined }
        await store.clientRegistrations.replace({ ...registration, server, clientId, ...times })
      }
      await store.devicePolls.replace(poll({ sealed: Buffer.from('old') }))
      const orphan = { organizationId: 'org_a', accountId: 'acc_1', generation: 5, id: 'ans_1', at: now }
      await store.renewalIntents.park({ ...orphan, sealed: Buffer.from('old') })
      const found: string[] = []
      for (const column of allSealedColumns) {
        let after: string | undefined
        do {
          const { values, next } = await store.sealedValues.page('org_a', column, { after, limit: 1, prefix })
          found.push(...values.map(({ row }) => `${column.table} ${column.place(row).rowId}`))
          expect(values.every(({ row }) => column.place(row).environment !== undefined)).toBe(true)
          after = next
        } while (after !== undefined)
      }
      expect(found.filter((each) => each.startsWith('client_registration'))).toHaveLength(3)
      expect(found).toEqual(
        expect.arrayContaining([
          'account acc_1',
          'integration int_1',
          'device_poll flw_1',
          'renewal_orphan acc_1',
        ]),
      )
      expect(await store.sealedValues.count('org_a')).toBeGreaterThanOrEqual(found.length)
    })

    test('an answer that was put aside lies where its account does', async () => {
      await store.accounts.create(account('org_a', { environment: 'Production' }))
      const orphan = { organizationId: 'org_a', accountId: 'acc_1', generation: 5, id: 'ans_1', at: now }
      await store.renewalIntents.park({ ...orphan, sealed: Buffer.from('old') })
      const column = columnOf('renewal_orphan')
      const read = await store.sealedValues.page('org_a', column, { after: undefined, limit: 9, prefix })
      expect(read.values.map(({ row }) => column.place(row))).toEqual([
        {
          ...{ organizationId: 'org_a', environment: 'Production', table: 'account', column: 'credential' },
          ...{ rowId: 'acc_1', generation: 5 },
        },
      ])
    })

    test('is replaced where it still stands, and changes nothing else of its row', async () => {
      await store.accounts.create(account('org_a', sealed('old')))
      const [value] = (await page(9)).values
      if (!value) throw new Error('Nothing was found.')
      expect(await store.sealedValues.replace(credentials, value, Buffer.from('new 1'))).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toEqual(account('org_a', sealed('new 1')))
      expect(await store.sealedValues.replace(credentials, value, Buffer.from('new 2'))).toBe(false)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject(sealed('new 1'))
    })

    test('gives way to a renewal that came between, and does not stand in the way of one that comes after', async () => {
      await store.accounts.create(account('org_a', sealed('old')))
      const [value] = (await page(9)).values
      if (!value) throw new Error('Nothing was found.')
      const renewed = (generation: number) => ({
        ...connected,
        ...{ generation, credential: Buffer.from(`old ${generation}`) },
      })
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 1, renewed(2), now)).toBe(true)
      expect(await store.sealedValues.replace(credentials, value, Buffer.from('new'))).toBe(false)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject(sealed('old 2'))
      const [again] = (await page(9)).values
      if (!again) throw new Error('Nothing was found.')
      expect(await store.sealedValues.replace(credentials, again, Buffer.from('new 2'))).toBe(true)
      expect(await store.accounts.commitCredential('org_a', 'acc_1', 2, renewed(3), now)).toBe(true)
      expect(await store.accounts.get('org_a', 'acc_1')).toMatchObject({ generation: 3, ...sealed('old 3') })
    })

    test('a definition that is changed meanwhile has what was sealed for its new version', async () => {
      const column = columnOf('integration')
      const [value] = (await store.sealedValues.page('org_a', column, { after: undefined, limit: 9, prefix }))
        .values
      if (!value) throw new Error('Nothing was found.')
      const changed = integration('org_a', { version: 2, secrets: Buffer.from('old v2') })
      expect(await store.integrations.update(changed, { reconnect: false })).toBe(true)
      expect(await store.sealedValues.replace(column, value, Buffer.from('new'))).toBe(false)
      expect(await store.integrations.get('org_a', 'int_1')).toMatchObject({ secrets: Buffer.from('old v2') })
    })
  })
}
