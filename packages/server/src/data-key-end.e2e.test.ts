import { allSealedColumns, type Store, type Vault } from '@sallyport/core'
import { expect, test } from 'vitest'
import { type Node, type Nodes, nodes } from './nodes.suite.ts'

type RenewalOrphanRecord = Parameters<Store['renewalIntents']['park']>[0]

const minute = 60_000

/** Longer than what was sealed with the old key may still be on its way. */
const settled = 11_000

/** Has what is due done until the rotation stands there, which for its end takes time. */
async function until({ clock }: Nodes, node: Node, id: string, state: 'settling' | 'done'): Promise<void> {
  await expect
    .poll(
      async () => {
        // Not waited for: that would wait for a renewal under way as well, and end with the database.
        node.runDue().catch(() => undefined)
        const rotation = await node.rotation(id)
        if (rotation.state === 'settling' && state === 'done') clock.advance(settled)
        return rotation.state
      },
      { timeout: 15_000, interval: 20 },
    )
    .toBe(state)
}

/** Opens all that an organization has sealed, with no key at hand from before. */
async function expectAllOpen({ store, newVault, organizationId }: Nodes): Promise<void> {
  const vault = newVault()
  const page = { after: undefined, limit: 100, prefix: Buffer.from('none') }
  for (const column of allSealedColumns) {
    const { values } = await store.sealedValues.page(organizationId, column, page)
    for (const { row, blob } of values) await vault.open(column.purpose, column.place(row), blob)
  }
}

/** An answer that a process puts aside which still seals with the key that it has at hand. */
async function orphan(all: Nodes, node: Node, slow: Vault, generation: number): Promise<RenewalOrphanRecord> {
  const { organizationId, clock } = all
  const { id: accountId, environment } = await node.read()
  const place = { organizationId, environment, table: 'account', rowId: accountId, generation } as const
  const sealed = await slow.seal('account.credential', { ...place, column: 'credential' }, '{}')
  return { organizationId, accountId, generation, id: `orp_${generation}`, sealed, at: clock.now() }
}

test('an old data key does not die in a pass that has found something sealed with it: more may come', async () => {
  const all = await nodes()
  const late: RenewalOrphanRecord[] = []
  let isLast = false
  const store = (sound: Store): Store => ({
    ...sound,
    sealedValues: {
      ...sound.sealedValues,
      async page(organizationId, column, page) {
        const found = await sound.sealedValues.page(organizationId, column, page)
        const [next] = late
        if (isLast && column.table === 'renewal_orphan' && next) {
          late.shift()
          await sound.renewalIntents.park(next)
        }
        return found
      },
    },
  })
  const node = await all.start({ store })
  const slow = await all.newVault().holding(all.organizationId)
  const { id } = await node.rotate()
  await until(all, node, id, 'settling')
  await all.store.renewalIntents.park(await orphan(all, node, slow, 7))
  late.push(await orphan(all, node, slow, 8))
  isLast = true
  await until(all, node, id, 'done')
  expect(late).toEqual([])
  await expectAllOpen(all)
  expect((await all.store.dataKeys.list(all.organizationId)).map(({ state }) => state).sort()).toEqual([
    'active',
    'audit',
    'dead',
  ])
  await node.close()
})

test('nor while a renewal that began before may still be answered', async () => {
  const all = await nodes()
  const { clock, provider } = all
  const looks: string[] = []
  const store = (sound: Store): Store => ({
    ...sound,
    keyRotations: {
      ...sound.keyRotations,
      async hasRenewalsSince(...given) {
        const isHeld = await sound.keyRotations.hasRenewalsSince(...given)
        looks.push(isHeld ? 'held' : 'free')
        return isHeld
      },
    },
    sealedValues: {
      ...sound.sealedValues,
      page(...given) {
        looks.push('pass')
        return sound.sealedValues.page(...given)
      },
    },
  })
  const node = await all.start({ store })
  clock.advance(61 * minute)
  const gate = provider.hold('POST /token', { moment: 'reply' })
  const renewing = node.token()
  await gate.arrived
  const { id } = await node.rotate()
  await until(all, node, id, 'settling')
  looks.length = 0
  // It asks again and again, and begins no pass.
  await expect
    .poll(() => {
      clock.advance(settled / 2)
      node.runDue().catch(() => undefined)
      return looks.length
    })
    .toBeGreaterThan(1)
  expect(looks.slice(0, 2)).toEqual(['held', 'held'])
  gate.release()
  expect((await renewing).generation).toBe(2)
  await until(all, node, id, 'done')
  await expectAllOpen(all)
  await node.close()
})
