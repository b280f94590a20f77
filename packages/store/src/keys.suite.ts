import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { addOrganization, all, apiKey, now, pages } from './records.suite.ts'

/** What every dialect promises of keys and set-up. */
export function keySuite(current: () => Store): void {
  let store: Store

  beforeEach(() => {
    store = current()
  })

  describe('API keys', () => {
    test('have one lookup each, whatever their organization', async () => {
      await addOrganization(store, 'org_b')
      await store.apiKeys.create(apiKey('org_a'))
      await expect(store.apiKeys.create(apiKey('org_b', { id: 'key_2' }))).rejects.toThrow()
    })

    test('are told from look-ups that there are not, however many are asked for', async () => {
      for (const id of ['key_1', 'key_2'])
        await store.apiKeys.create(apiKey('org_a', { id, lookup: `l${id}` }))
      const asked = [...Array.from({ length: 300 }, (_, index) => `other${index}`), 'lkey_2', 'lkey_1']
      const expected = new Map([
        ['lkey_1', 'key_1'],
        ['lkey_2', 'key_2'],
      ])
      expect(await store.apiKeys.idsOf(asked)).toEqual(expected)
      expect(await store.apiKeys.idsOf([])).toEqual(new Map())
    })

    test('are listed in pages, and gone once deleted', async () => {
      for (const id of ['key_1', 'key_2', 'key_3'])
        await store.apiKeys.create(apiKey('org_a', { id, lookup: id }))
      expect(await pages((page) => store.apiKeys.list('org_a', page), 2)).toEqual([
        ['key_1', 'key_2'],
        ['key_3'],
      ])
      expect(await store.apiKeys.delete('org_a', 'key_2')).toBe(true)
      expect(await store.apiKeys.delete('org_a', 'key_2')).toBe(false)
      expect(await store.apiKeys.byLookup('key_2')).toBeUndefined()
    })
  })
  describe('set-up', () => {
    test('is completed by one of 20, whose key is the only one', async () => {
      await store.setup.offer(Buffer.from('digest'))
      const attempts = Array.from({ length: 20 }, (_, index) =>
        store.setup.complete(now + index, apiKey('org_a', { id: `key_${index}`, lookup: `l${index}` })),
      )
      const won = (await Promise.all(attempts)).flatMap((done, index) => (done ? [index] : []))
      expect(won).toHaveLength(1)
      const { items } = await store.apiKeys.list('org_a', all)
      expect(items.map(({ id }) => id)).toEqual([`key_${won[0]}`])
      expect(await store.setup.get()).toEqual({
        tokenDigest: Buffer.from('digest'),
        doneAt: now + (won[0] ?? 0),
      })
    })

    test('offers its latest token, and none once it is done', async () => {
      for (const text of ['first', 'second']) await store.setup.offer(Buffer.from(text))
      expect(await store.setup.get()).toEqual({ tokenDigest: Buffer.from('second'), doneAt: undefined })
      expect(await store.setup.complete(now, undefined)).toBe(true)
      await store.setup.offer(Buffer.from('third'))
      expect(await store.setup.get()).toEqual({ tokenDigest: Buffer.from('second'), doneAt: now })
      expect(await store.setup.complete(now, undefined)).toBe(false)
    })

    test('is not completed without an offer, nor when the key cannot be stored', async () => {
      expect(await store.setup.complete(now, undefined)).toBe(false)
      await store.setup.offer(Buffer.from('digest'))
      await expect(store.setup.complete(now, apiKey('org_nowhere'))).rejects.toThrow()
      expect(await store.setup.get()).toMatchObject({ doneAt: undefined })
      expect(await store.setup.complete(now, apiKey('org_a'))).toBe(true)
    })
  })
}
