import type { AuditEntry, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { addOrganization, all, auditKeys, dataKey } from './records.suite.ts'

function entry(name: string): AuditEntry {
  return {
    actor: { kind: 'key', id: 'key_1' },
    address: '192.0.2.7',
    action: 'integration.created',
    target: { kind: 'integration', id: 'int_2', name },
    changes: [{ field: '/name', after: name }],
  }
}

const nobody = Buffer.alloc(32).toString('base64')

/** What every dialect promises of the chain of an organization's audit. */
export function auditChainSuite(current: () => Store): void {
  describe('the chain of an audit', () => {
    let store: Store
    const note = (name: string, organizationId = 'org_a', on = store) =>
      on.recorded(
        organizationId,
        async () => undefined,
        () => entry(name),
      )
    const chain = (organizationId = 'org_a') => store.audit.chain(organizationId, undefined, 1000)

    beforeEach(() => {
      store = current()
    })

    /** Each follows the one before, by what the entries themselves say. */
    async function expectWhole(count: number, organizationId = 'org_a') {
      const entries = await chain(organizationId)
      expect(entries.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: count }, (_, index) => index + 1),
      )
      const chainedWith = await auditKeys.of(organizationId)
      let previous = nobody
      for (const { sequence, hash, mac, ...stored } of entries) {
        expect({ sequence, hash, mac }).toEqual({ sequence, ...chainedWith(stored, previous) })
        previous = hash
      }
      expect(await store.audit.head(organizationId)).toEqual({ sequence: count, hash: previous })
    }

    test('has no gaps, and is one for each organization', async () => {
      await addOrganization(store, 'org_b')
      expect(await store.audit.head('org_b')).toEqual({ sequence: 0, hash: nobody })
      for (const name of ['one', 'two', 'three']) await note(name)
      await note('other', 'org_b')
      await expectWhole(3)
      await expectWhole(1, 'org_b')
      expect(await store.audit.head('org_none')).toBeUndefined()
    })

    test('is one chain, whoever writes at once', async () => {
      await Promise.all(Array.from({ length: 10 }, (_, writer) => note(`writer ${writer}`)))
      await Promise.all(Array.from({ length: 20 }, (_, writer) => note(`writer ${writer}`)))
      await expectWhole(30)
    })

    test('has no place for what was undone', async () => {
      await note('one')
      const failing = store.recorded(
        'org_a',
        (it) => it.accounts.get('org_a', 'acc_1'),
        () => {
          throw new Error('no entry')
        },
      )
      await expect(failing).rejects.toThrow('no entry')
      await note('two')
      await expectWhole(2)
    })

    test('holds what no database stores as it was given', async () => {
      await note('a\0b \ud800 ✓')
      await expectWhole(1)
      const { items } = await store.audit.list('org_a', {}, all)
      expect(items[0]?.target.name).toBe('a\ufffdb \ufffd ✓')
    })

    test('is not written to without its keys', async () => {
      await expect(
        note('one', 'org_a', store.chainedBy({ of: () => Promise.reject(new Error('no key')) })),
      ).rejects.toThrow('no key')
      await expectWhole(0)
    })

    test('is begun once, by whoever is first, and of an organization that has none', async () => {
      expect(await store.audit.unchained()).toEqual([])
      const chainedWith = await auditKeys.of('org_a')
      const key = dataKey('org_a', { id: 'dek_b', state: 'audit' })
      expect(await store.audit.begin(key, chainedWith, () => entry('begun'))).toBe(false)
      expect(await store.dataKeys.audit('org_a')).toMatchObject({ id: 'dek_a' })
    })

    test('is read in pages, from any place on', async () => {
      for (const name of ['one', 'two', 'three']) await note(name)
      const [first, second, third] = await chain()
      expect(await store.audit.chain('org_a', undefined, 2)).toEqual([first, second])
      expect(await store.audit.chain('org_a', second, 2)).toEqual([third])
      expect(await store.audit.chain('org_a', third, 2)).toEqual([])
    })
  })
}
