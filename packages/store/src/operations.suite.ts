import type { OperationRecord, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { addOrganization, all, now, pages } from './records.suite.ts'

function operation(organizationId: string, change: Partial<OperationRecord> = {}): OperationRecord {
  return {
    ...{ organizationId, id: 'opr_1', key: 'FindContact', name: 'Find a contact', integration: 'crm' },
    ...{ definition: '{"key":"FindContact","steps":[]}', version: 1, createdAt: now, updatedAt: now },
    ...change,
  }
}

/** What every dialect promises of operations. */
export function operationSuite(current: () => Store): void {
  describe('operations', () => {
    let store: Store

    beforeEach(() => {
      store = current()
    })

    test('come back as they were given, and are found without regard to case', async () => {
      expect(await store.operations.create(operation('org_a'))).toBe(true)
      expect(await store.operations.getByKey('org_a', 'findCONTACT')).toStrictEqual(operation('org_a'))
      expect(await store.operations.getByKey('org_a', 'other')).toBeUndefined()
    })

    test('are unique by key in their organization, and unknown in others', async () => {
      await store.operations.create(operation('org_a'))
      await addOrganization(store, 'org_b')
      const same = { id: 'opr_2', key: 'findcontact' }
      expect(await store.operations.create(operation('org_a', same))).toBe(false)
      expect(await store.operations.getByKey('org_b', 'FindContact')).toBeUndefined()
      expect(await store.operations.create(operation('org_b', same))).toBe(true)
      expect((await store.operations.list('org_a', all)).items).toHaveLength(1)
    })

    test('change by one of 20 who read the same version', async () => {
      await store.operations.create(operation('org_a'))
      const changes = Array.from({ length: 20 }, (_, index) =>
        store.operations.update(operation('org_a', { name: `${index}`, version: 2 })),
      )
      expect((await Promise.all(changes)).filter(Boolean)).toHaveLength(1)
      expect(await store.operations.update(operation('org_b', { version: 3 }))).toBe(false)
    })

    test('are listed in pages, and by the integration that they are made for', async () => {
      const made = [
        operation('org_a', { id: 'opr_3', key: 'three', integration: undefined }),
        operation('org_a', { id: 'opr_1', key: 'one' }),
        operation('org_a', { id: 'opr_2', key: 'two', integration: 'erp' }),
      ]
      for (const each of made) await store.operations.create(each)
      expect(await pages((page) => store.operations.list('org_a', page), 2)).toEqual([
        ['opr_1', 'opr_2'],
        ['opr_3'],
      ])
      const ofErp = await store.operations.list('org_a', all, { integration: 'ERP' })
      expect(ofErp.items).toStrictEqual([made[2]])
    })

    test('are deleted once, in their own organization', async () => {
      await store.operations.create(operation('org_a'))
      expect(await store.operations.delete('org_b', 'opr_1')).toBe(false)
      expect(await store.operations.delete('org_a', 'opr_1')).toBe(true)
      expect(await store.operations.delete('org_a', 'opr_1')).toBe(false)
      expect(await store.operations.getByKey('org_a', 'FindContact')).toBeUndefined()
    })
  })
}
