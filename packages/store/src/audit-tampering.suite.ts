import { randomBytes } from 'node:crypto'
import {
  type AuditCheckpoint,
  auditKeys,
  chainedStore,
  checkpointSigner,
  createVault,
  generateKeyRing,
  parseKeyRing,
  ringKeys,
  signedHead,
  verifyAudit,
} from '@sallyport/core'
import type { Store } from '@sallyport/core/ports'
import { beforeEach, describe, expect, test } from 'vitest'
import { account, addOrganization, integration, organization } from './records.suite.ts'

const random = { bytes: randomBytes }
const clock = { now: () => Date.now() }

/** A vault over new keys, for what the database holds. */
function newVault({ dataKeys }: Store) {
  const parsed = parseKeyRing(generateKeyRing(random))
  if ('faults' in parsed) throw new Error(parsed.faults.join())
  return createVault({ outerKeys: ringKeys(parsed.ring, random), dataKeys, clock, random })
}

const columns: Readonly<Record<string, string>> = {
  id: `'aud_0000'`,
  at: '1',
  actor_kind: `'person'`,
  actor_id: `'key_2'`,
  address: `'192.0.2.8'`,
  action: `'integration.deleted'`,
  target_kind: `'account'`,
  target_id: `'int_9'`,
  target_name: 'null',
  changes: `'[]'`,
  hash: `'AAAA'`,
  mac: `'AAAA'`,
}

/** What every dialect promises of an audit that somebody changed who can write to the database. */
export function auditTamperingSuite(
  current: () => { readonly store: Store; readonly query: (statement: string) => Promise<unknown> },
): void {
  describe('an audit that was tampered with', () => {
    let store: Store
    let vault: ReturnType<typeof newVault>
    let query: (statement: string) => Promise<unknown>

    beforeEach(async () => {
      const { store: plain, ...place } = current()
      query = place.query
      vault = newVault(plain)
      store = plain.chainedBy(auditKeys(vault))
      const keys = [await vault.newDataKey('org_t'), await vault.newAuditKey('org_t')]
      await store.organizations.create(organization('org_t'), keys, [])
      for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) await note(name)
    })

    function note(name: string): Promise<void> {
      return store.recorded(
        'org_t',
        async () => undefined,
        () => ({
          actor: { kind: 'key', id: 'key_1' },
          address: '192.0.2.7',
          action: 'integration.created',
          target: { kind: 'integration', id: 'int_2', name },
          changes: [{ field: '/name', after: name }],
        }),
      )
    }

    const run = async (...statements: readonly string[]) => {
      for (const statement of statements) await query(statement)
    }
    const verify = (checkpoints: readonly AuditCheckpoint[] = []) =>
      verifyAudit({ store, vault }, 'org_t', { checkpoints })
    const problems = async (checkpoints?: readonly AuditCheckpoint[]) =>
      (await verify(checkpoints)).problems.map(({ kind, sequence }) => `${kind} ${sequence ?? ''}`.trim())
    const set = (sequence: number, change: string) =>
      `update audit set ${change} where organization_id = 'org_t' and sequence = ${sequence}`
    const remove = (sequence: number) =>
      `delete from audit where organization_id = 'org_t' and sequence = ${sequence}`
    const setHead = (sequence: number) =>
      `update audit_head set sequence = ${sequence}, hash =
         (select hash from audit where organization_id = 'org_t' and sequence = ${sequence})
       where organization_id = 'org_t'`
    /** A copy of an entry, at a place of its own. */
    const copy = (from: number, to: string) =>
      `insert into audit select organization_id, 'aud_copy', at, actor_kind, actor_id, address, action, target_kind,
         target_id, target_name, changes, ${to}, hash, mac from audit
       where organization_id = 'org_t' and sequence = ${from}`

    test('is whole before', async () => {
      expect(await verify([await signedHead({ store, vault, clock }, 'org_t')])).toMatchObject({
        last: { sequence: 6 },
        checkpoints: 1,
        problems: [],
      })
    })

    test('has an entry that was edited, in whichever column', async () => {
      await run(`create table kept as select * from audit where organization_id = 'org_t' and sequence = 3`)
      for (const [column, value] of Object.entries(columns)) {
        await run(set(3, `${column} = ${value}`))
        expect(await problems(), column).toEqual(['edited 3'])
        await run(set(3, `${column} = (select ${column} from kept)`))
      }
      expect(await problems()).toEqual([])
    })

    test('lacks the entry that was deleted, also where the others were numbered anew', async () => {
      await run(remove(3))
      expect(await problems()).toEqual(['deleted 3'])
      await run(set(4, 'sequence = 3'), set(5, 'sequence = 4'), set(6, 'sequence = 5'), setHead(5))
      expect(await problems()).toEqual(['deleted 3'])
    })

    test('lacks an entry that was given to another organization, or taken out of the chain', async () => {
      await addOrganization(store, 'org_b')
      await run(set(3, `organization_id = 'org_b', sequence = null`))
      expect(await problems()).toEqual(['deleted 3'])
      await run(set(5, 'sequence = null'))
      expect(await problems()).toEqual(['deleted 3', 'inserted'])
    })

    test('has entries in another order', async () => {
      await run(set(2, 'sequence = 99'), set(4, 'sequence = 2'), set(99, 'sequence = 4'))
      expect(await problems()).toEqual(['reordered 2'])
      await run(set(4, 'sequence = 100'), set(2, 'sequence = 4'), set(100, 'sequence = 2'))
      expect(await problems()).toEqual([])
      await run(set(3, 'sequence = 99'), set(4, 'sequence = 3'), set(99, 'sequence = 4'))
      expect(await problems()).toEqual(['reordered 3'])
    })

    test('lacks its tail: by where it ends, or by a checkpoint that was kept', async () => {
      const kept = [await signedHead({ store, vault, clock }, 'org_t')]
      await run(remove(6))
      expect(await problems()).toEqual(['tail_cut 6'])
      await run(setHead(5))
      expect(await problems(kept)).toEqual(['tail_cut 6'])
      // Whoever keeps none cannot know.
      expect(await problems()).toEqual([])
      await note('another six')
      expect(await problems(kept)).toEqual(['rewritten 6'])
      await run(`delete from audit_head where organization_id = 'org_t'`)
      expect(await problems()).toEqual(['tail_cut 7'])
    })

    test('has a copy of an entry, at the end, between others, or in no chain', async () => {
      await run(copy(2, 'null'))
      expect(await problems()).toEqual(['inserted'])
      await run(`delete from audit where id = 'aud_copy'`, copy(2, '7'))
      expect(await problems()).toEqual(['inserted 7'])
      const head = `update audit_head set sequence = 7 where organization_id = 'org_t'`
      await run(head)
      expect(await problems()).toEqual(['inserted 7'])
      await run(`delete from audit where id = 'aud_copy'`, setHead(6))
      await run(...[6, 5, 4, 3].map((sequence) => set(sequence, `sequence = ${sequence + 1}`)), copy(1, '3'))
      expect(await problems()).toEqual(['inserted 3'])
    })

    test('has an entry that somebody made without the key', async () => {
      const forged = newVault(store)
      await forged.newAuditKey('org_t')
      const forging = store.chainedBy(auditKeys(forged))
      const entry = { kind: 'forged', id: 'x', name: undefined }
      await forging.recorded(
        'org_t',
        async () => undefined,
        () => ({
          actor: { kind: 'system', id: undefined },
          address: undefined,
          action: 'none',
          target: entry,
          changes: [],
        }),
      )
      expect(await problems()).toEqual(['edited 7'])
      await expect(signedHead({ store, vault, clock }, 'org_t')).rejects.toThrow('edited')
      expect((await verifyAudit({ store, vault: forged }, 'org_t')).problems).toMatchObject([
        { kind: 'edited', sequence: 1 },
      ])
      await run(remove(7), setHead(6))
      expect((await verifyAudit({ store, vault: forged }, 'org_t')).problems).toMatchObject([
        { kind: 'wrong_key', sequence: 1 },
      ])
    })

    test('whose key is gone, or that has a checkpoint nobody signed, says so', async () => {
      const genuine = await signedHead({ store, vault, clock }, 'org_t')
      const other = newVault(store)
      await other.newAuditKey('org_t')
      const forged = [
        { ...genuine, sequence: 5 },
        { ...genuine, hash: Buffer.alloc(32).toString('base64') },
        checkpointSigner(await other.auditKey('org_t')).sign(genuine),
      ]
      expect(await problems(forged)).toEqual([
        'checkpoint_forged 5',
        'checkpoint_forged 6',
        'checkpoint_forged 6',
      ])
      await run(`delete from data_key where state = 'audit' and organization_id = 'org_t'`)
      const blind = await verifyAudit({ store, vault: newVault(store) }, 'org_t')
      expect(blind.problems).toEqual([{ kind: 'key_missing' }])
    })

    test('from before there were chains is chained, with an entry that says so, and whole from then on', async () => {
      await run(
        `delete from audit_head where organization_id = 'org_t'`,
        `delete from data_key where organization_id = 'org_t' and state = 'audit'`,
        `update audit set sequence = null, hash = null, mac = null where organization_id = 'org_t'`,
      )
      expect(await store.audit.unchained()).toEqual(['org_t'])
      vault = newVault(store)
      store = await chainedStore(store, vault)
      await note('seven')
      expect(await verify()).toMatchObject({ last: { sequence: 8 }, problems: [] })
      const [begun] = await store.audit.chain('org_t', { sequence: 6, id: '~' }, 1)
      expect(begun).toMatchObject({
        action: 'audit.chained',
        changes: '[{"field":"/entriesBefore","after":6}]',
      })
      await chainedStore(store, newVault(store))
      await run(set(2, `target_name = 'too'`))
      expect(await problems()).toEqual(['edited 2'])
    })

    test('names the account whose row was put back as it was before', async () => {
      await store.integrations.create(integration('org_t'))
      await query(
        `insert into environment (organization_id, key, key_folded, name, return_urls, created_at)
         values ('org_t', 'development', 'development', 'D', '[]', 0)`,
      )
      for (const id of ['acc_1', 'acc_2'])
        await store.accounts.create(account('org_t', { id, generation: 7 }))
      await store.recorded(
        'org_t',
        async () => undefined,
        () => ({
          actor: { kind: 'system', id: undefined },
          address: undefined,
          action: 'audit.generations_recorded',
          target: { kind: 'audit', id: 'org_t', name: undefined },
          changes: [{ field: '/generations', after: { acc_1: 7, acc_2: 7, acc_gone: 3 } }],
        }),
      )
      expect(await verify()).toMatchObject({ accounts: 3, problems: [] })
      await run(`update account set generation = 8 where organization_id = 'org_t' and id = 'acc_2'`)
      await run(`update account set generation = 6 where organization_id = 'org_t' and id = 'acc_1'`)
      expect((await verify()).problems).toEqual([
        { kind: 'account_rolled_back', account: { id: 'acc_1', generation: 6, recorded: 7 } },
      ])
    })
  })
}
