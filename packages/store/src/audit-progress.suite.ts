import type { AuditCheckpoint, Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, all, now, pending } from './records.suite.ts'
import { delivery, webhook } from './webhooks.suite.ts'

/** What every dialect promises of what is made of audits besides: signed, recorded, handed on. */
export function auditProgressSuite(current: () => Store): void {
  describe('what is made of an audit', () => {
    let store: Store

    beforeEach(async () => {
      store = current()
      for (let entry = 0; entry < 3; entry += 1) await note()
    })

    const note = () =>
      store.recorded(
        'org_a',
        async () => undefined,
        () => ({
          actor: { kind: 'system', id: undefined },
          address: undefined,
          action: 'a.b',
          target: { kind: 'c', id: 'd', name: undefined },
          changes: [],
        }),
      )
    const checkpoint = (sequence: number, at = now): AuditCheckpoint => ({
      ...{ organizationId: 'org_a', sequence, hash: `hash ${sequence}`, at },
      ...{ publicKey: 'key', signature: `signature ${sequence}` },
    })
    const add = (sequence: number, at = now) =>
      store.audit.addCheckpoint(checkpoint(sequence, at), (webhookId) => delivery({ webhookId }))
    const due = (entries: number, before: number) => store.audit.signingDue({ entries, before, limit: 10 })

    test('is signed after so many entries, or so long after the last time, and once', async () => {
      await addOrganization(store, 'org_b')
      expect(await due(100, now)).toEqual([{ organizationId: 'org_a', sequence: 0 }])
      expect(await add(2)).toBe(true)
      expect([await add(2), await add(1)]).toEqual([false, false])
      expect(await due(2, now - 1)).toEqual([])
      expect(await due(1, now - 1)).toEqual([{ organizationId: 'org_a', sequence: 2 }])
      expect(await due(2, now)).toEqual([{ organizationId: 'org_a', sequence: 2 }])
      expect(await add(3)).toBe(true)
      expect(await due(1, now)).toEqual([])
      const first = await store.audit.checkpoints('org_a', { limit: 1, after: undefined })
      expect(first).toEqual({ items: [checkpoint(3)], nextCursor: '3' })
      const second = await store.audit.checkpoints('org_a', { limit: 1, after: '3' })
      expect(second).toEqual({ items: [checkpoint(2)], nextCursor: undefined })
      expect((await store.audit.checkpoints('org_b', all)).items).toEqual([])
    })

    test('is told to webhooks that ask for it, with the checkpoint or not at all', async () => {
      await store.webhooks.create(webhook({ id: 'whk_a', events: ['audit.checkpoint'] }))
      await store.webhooks.create(webhook({ id: 'whk_b', events: undefined }))
      await store.webhooks.create(webhook({ id: 'whk_c', events: ['audit.checkpoint'], disabled: true }))
      await add(3)
      const told = (id: string) => store.deliveries.list('org_a', id, all)
      expect((await told('whk_a')).items).toEqual([delivery({ webhookId: 'whk_a' })])
      expect([(await told('whk_b')).items, (await told('whk_c')).items]).toEqual([[], []])
    })

    test('are the generations of accounts that changed since, and when they were recorded', async () => {
      for (const id of ['acc_1', 'acc_2', 'acc_3']) {
        await store.accounts.create(
          account('org_a', { id, generation: 5, updatedAt: now + Number(id.at(-1)) }),
        )
      }
      await store.accounts.create(account('org_a', { id: 'acc_4', ...pending, updatedAt: now + 9 }))
      const read = (since: number, after?: string) =>
        store.audit.generations('org_a', { since, after, limit: 2 })
      expect(await read(now)).toEqual([
        { id: 'acc_1', generation: 5 },
        { id: 'acc_2', generation: 5 },
      ])
      expect(await read(now, 'acc_2')).toEqual([{ id: 'acc_3', generation: 5 }])
      expect((await read(now + 2)).map(({ id }) => id)).toEqual(['acc_2', 'acc_3'])
      expect(await store.audit.generationsDue(now, 10)).toEqual([{ organizationId: 'org_a', at: 0 }])
      await store.audit.generationsRecorded('org_a', now)
      expect(await store.audit.generationsDue(now, 10)).toEqual([])
    })

    test('is exported from where it has come to, which one of two moves on', async () => {
      const [progress] = await store.audit.exportDue(10)
      expect(progress).toEqual({ organizationId: 'org_a', sequence: 0 })
      if (!progress) return
      await store.audit.exported(progress, 2)
      await store.audit.exported(progress, 1)
      expect(await store.audit.exportDue(10)).toEqual([{ organizationId: 'org_a', sequence: 2 }])
      await store.audit.exported({ organizationId: 'org_a', sequence: 2 }, 3)
      expect(await store.audit.exportDue(10)).toEqual([])
    })

    test('is announced from when a webhook asks for it, each entry once, and goes on after a pause', async () => {
      const told = webhook({ id: 'whk_a', events: ['audit.entry'] })
      await store.webhooks.create(told)
      await store.webhooks.create(webhook({ id: 'whk_b', events: undefined }))
      expect(await store.audit.webhooksDue(10)).toEqual([])
      await note()
      const from = { organizationId: 'org_a', webhookId: 'whk_a', sequence: 3 }
      expect(await store.audit.webhooksDue(10)).toEqual([from])
      await store.audit.announce(from, 4, [delivery({ webhookId: 'whk_a' })])
      await store.audit.announce(from, 4, [delivery({ webhookId: 'whk_a', id: 'dlv_2' })])
      expect((await store.deliveries.list('org_a', 'whk_a', all)).items).toHaveLength(1)
      await note()
      await store.webhooks.update({ ...told, disabled: true, version: 2 })
      expect(await store.audit.webhooksDue(10)).toEqual([])
      await store.webhooks.update({ ...told, version: 3 })
      expect(await store.audit.webhooksDue(10)).toEqual([{ ...from, sequence: 4 }])
      await store.webhooks.update({ ...told, events: undefined, version: 4 })
      expect(await store.audit.webhooksDue(10)).toEqual([])
      await store.webhooks.update({ ...told, version: 5 })
      await note()
      expect(await store.audit.webhooksDue(10)).toEqual([{ ...from, sequence: 5 }])
    })
  })
}
