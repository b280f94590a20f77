import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal, JournalEntry, Store } from '@sallyport/core'
import { expect, onTestFinished, test } from 'vitest'
import { fileJournal } from './journal.ts'
import { gatherJournals, holdJournal } from './journal-folder.ts'
import { nodes, outcomeOf } from './nodes.suite.ts'

const minute = 60_000

/** A database that takes no commit while `isDown`; with `after`, it does and says that it did not. */
function failing() {
  const failure = { isDown: true, after: false, commits: 0 }
  const store = (sound: Store): Store => ({
    ...sound,
    accounts: {
      ...sound.accounts,
      async commitCredential(...given) {
        failure.commits += 1
        if (failure.after) {
          failure.isDown = failure.commits === 1
          if (failure.isDown) await sound.accounts.commitCredential(...given)
        }
        if (failure.isDown) throw new Error('the database is down')
        return sound.accounts.commitCredential(...given)
      },
    },
  })
  return { failure, store }
}

/** A journal, and when something is in it for the first time. */
function noticing() {
  let notice: () => void = () => undefined
  const appended = new Promise<void>((resolve) => {
    notice = resolve
  })
  const journal = (sound: Journal): Journal => ({
    ...sound,
    append: (entry) => sound.append(entry).then(notice),
  })
  return { journal, appended }
}

test('an answer that the database does not take is in the journal, nobody has it, and it is committed later', async () => {
  const { start, clock, provider, journal, tokenRequests } = await nodes()
  const { failure, store } = failing()
  const { journal: noticed, appended } = noticing()
  const a = await start({
    store,
    journal: noticed,
  })
  clock.advance(61 * minute)
  let isOut = false
  const waiting = a.token().finally(() => {
    isOut = true
  })
  await appended
  expect([isOut, (await journal.entries()).length]).toEqual([false, 1])
  failure.isDown = false
  expect((await waiting).generation).toBe(2)
  expect([await journal.entries(), tokenRequests(), provider.reuseEvents]).toEqual([[], 1, 0])
})

test('a process that is asked to end leaves it there, and the next start commits it before it renews anything', async () => {
  const { start, clock, provider, journal, tokenRequests } = await nodes()
  const { store } = failing()
  const { journal: noticed, appended } = noticing()
  const a = await start({
    store,
    journal: noticed,
  })
  clock.advance(61 * minute)
  const waiting = outcomeOf(a.token())
  await appended
  await a.close()
  expect(await waiting).toBe('renewal_unavailable')
  expect(await journal.entries()).toHaveLength(1)
  const b = await start()
  expect(await b.read()).toMatchObject({ status: 'connected', generation: 2 })
  expect(await journal.entries()).toEqual([])
  expect([(await b.token()).generation, tokenRequests(), provider.reuseEvents]).toEqual([2, 1, 0])
})

test('a commit that was made although the database said otherwise is no other’s', async () => {
  const { start, clock, logged, journal } = await nodes()
  const { failure, store } = failing()
  failure.after = true
  const a = await start({ store })
  clock.advance(61 * minute)
  expect((await a.token()).generation).toBe(2)
  expect([failure.commits > 1, await journal.entries()]).toEqual([true, []])
  expect(logged.filter((line) => line.includes('superseded'))).toEqual([])
})

test('an answer in the journal that cannot be committed yet keeps its refresh token from being sent', async () => {
  const { start, clock, tokenRequests } = await nodes()
  const { store } = failing()
  const { journal: noticed, appended } = noticing()
  const a = await start({
    store,
    journal: noticed,
  })
  clock.advance(31 * minute)
  const waiting = outcomeOf(a.token())
  await appended
  await a.close()
  await waiting
  const b = await start({ store })
  expect([(await b.token()).generation, tokenRequests()]).toEqual([1, 1])
  const c = await start()
  expect([(await c.token()).generation, tokenRequests()]).toEqual([2, 1])
}, 30_000)

test('and is committed once the database takes it, long before anybody would take it for lost', async () => {
  const { start, clock, provider, journal, tokenRequests } = await nodes()
  const { store } = failing()
  const { journal: noticed, appended } = noticing()
  const a = await start({ store, journal: noticed })
  clock.advance(59 * minute)
  const waiting = outcomeOf(a.token())
  await appended
  await a.close()
  await waiting
  const { failure, store: failingStill } = failing()
  const b = await start({ store: failingStill })
  // The old token has ended, and the new one is not due yet.
  clock.advance(2 * minute)
  expect([await outcomeOf(b.token()), tokenRequests()]).toEqual(['renewal_unavailable', 1])
  failure.isDown = false
  await b.runDue()
  expect([await outcomeOf(b.token()), await journal.entries()]).toEqual(['generation 2', []])
  expect([tokenRequests(), provider.reuseEvents]).toEqual([1, 0])
})

test('an answer that comes after a reconnect is put aside, sealed, and the reconnect holds', async () => {
  const { start, clock, provider, store, logged } = await nodes()
  const parked: Parameters<Store['renewalIntents']['park']>[0][] = []
  const park: Store['renewalIntents']['park'] = async (orphan) => {
    parked.push(orphan)
    await store.renewalIntents.park(orphan)
  }
  const a = await start({
    store: (sound) => ({ ...sound, renewalIntents: { ...sound.renewalIntents, park } }),
  })
  const gate = provider.hold('POST /token', { moment: 'reply' })
  clock.advance(61 * minute)
  const waiting = a.token()
  await gate.arrived
  await a.reconnect({ accessToken: 'reconnected' })
  gate.release()
  expect((await waiting).accessToken).toBe('reconnected')
  expect(parked).toMatchObject([{ generation: 2 }])
  expect(parked[0]?.sealed.toString('latin1')).not.toMatch(/access_token|refresh/)
  expect(logged.some((line) => line.startsWith('a renewed token was superseded'))).toBe(true)
})

test('an answer that comes after the account was disconnected goes back to the provider', async () => {
  const { start, clock, provider } = await nodes({ revocable: true })
  const a = await start()
  const gate = provider.hold('POST /token', { moment: 'reply' })
  clock.advance(61 * minute)
  const waiting = outcomeOf(a.token())
  await gate.arrived
  await a.disconnect()
  const before = provider.received('POST /revoke').length
  gate.release()
  await waiting
  expect(provider.received('POST /revoke').length).toBeGreaterThan(before)
})

const entry = {
  ...{ id: 'ans_1', organizationId: 'org_a', accountId: 'acc_1', generation: 1, at: 5 },
  state: { status: 'connected', credential: Buffer.from([0, 255]), generation: 2, kept: { a: 'b' } },
} as unknown as JournalEntry

test('the journal is for its owner alone, gives back what it took, and passes over what was never finished', async () => {
  const folder = join(temporaryFolder(), 'journal')
  const journal = fileJournal(folder)
  expect(await journal.entries()).toEqual([])
  await journal.append(entry)
  writeFileSync(join(folder, 'ans_2.part'), '{"id":')
  expect(await journal.entries()).toEqual([entry])
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'ans_1')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(folder, 'ans_1'), 'utf8')).toContain('"acc_1"')
  await journal.remove('ans_1')
  expect(await journal.entries()).toEqual([])
})

test('the journal knows which processes had it before, until nothing of theirs is left', async () => {
  const journal = fileJournal(join(temporaryFolder(), 'journal'))
  expect(await journal.enter('run_1')).toEqual([])
  expect(await journal.enter('run_2')).toEqual(['run_1'])
  expect(await journal.enter('run_3')).toEqual(['run_1', 'run_2'])
  await journal.settle('run_3')
  expect(await journal.enter('run_4')).toEqual(['run_3'])
  expect(await journal.entries()).toEqual([])
})

test('a process takes the first journal that no other has, and one after it what was left there', () => {
  const folder = temporaryFolder()
  const [first, second] = [holdJournal(folder), holdJournal(folder)]
  expect(readdirSync(folder)).toEqual(['journal', 'journal-2'])
  first.release()
  const third = holdJournal(folder)
  expect(readdirSync(folder)).toEqual(['journal', 'journal-2'])
  second.release()
  third.release()
})

test('a process that begins alone brings home what others left in journals that nobody has any more', async () => {
  const folder = temporaryFolder()
  const [first, second, third] = [holdJournal(folder), holdJournal(folder), holdJournal(folder)]
  await first.journal.enter('run_1')
  await second.journal.enter('run_2')
  await second.journal.append(entry)
  await third.journal.enter('run_3')
  first.release()
  second.release()

  const own = holdJournal(folder)
  await gatherJournals(folder, own)
  expect(await own.journal.entries()).toEqual([entry])
  expect(await own.journal.enter('run_4')).toEqual(['run_1', 'run_2'])
  const gathered = holdJournal(folder)
  expect(await gathered.journal.entries()).toEqual([])
  expect(await gathered.journal.enter('run_5')).toEqual([])
  expect(await third.journal.enter('run_6')).toEqual(['run_3'])
  for (const held of [own, gathered, third]) held.release()
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}
