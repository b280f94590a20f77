import { randomBytes } from 'node:crypto'
import { adoptInstance, type Store } from '@sallyport/core'
import { expect, test } from 'vitest'
import { type Nodes, nodes, outcomeOf } from './nodes.suite.ts'

const minute = 60_000

/** Takes the account as it stands, and puts it back like that, as a database does that loses what it had committed. */
async function settingBack({ store }: Nodes) {
  const organization = await store.organizations.first()
  if (!organization) throw new Error('no organization')
  const page = { limit: 1, after: undefined }
  const [before] = (await store.accounts.list(organization.id, {}, page)).items
  if (!before) throw new Error('no account')
  return async () => {
    const now = await store.accounts.get(before.organizationId, before.id)
    await store.accounts.update({ ...before, version: (now?.version ?? 0) + 1 })
  }
}

test('a token whose successor this process has committed is not sent, whatever the database says since', async () => {
  const all = await nodes()
  const setBack = await settingBack(all)
  const a = await all.start()
  all.clock.advance(31 * minute)
  expect((await a.token()).generation).toBe(2)
  await setBack()
  expect([await outcomeOf(a.token()), all.tokenRequests()]).toEqual(['generation 1', 1])
  expect(a.closed()).toBe('rolled_back')
  all.clock.advance(30 * minute)
  expect([await outcomeOf(a.token()), all.tokenRequests()]).toEqual(['renewal_unavailable', 1])
  expect(all.provider.reuseEvents).toBe(0)
})

test('what one process knows of that stops the others within seconds, and those that start later', async () => {
  const all = await nodes()
  const setBack = await settingBack(all)
  const [a, b] = [await all.start({ isAlone: false }), await all.start({ isAlone: false })]
  all.clock.advance(31 * minute)
  await a.token()
  await setBack()
  await a.token()
  all.clock.advance(4000)
  await a.runDue()
  all.clock.advance(4000)
  await b.runDue()
  const c = await all.start({ isAlone: false })
  expect([a.closed(), b.closed(), c.closed()]).toEqual(['rolled_back', 'rolled_back', 'rolled_back'])
  expect([(await b.token()).generation, (await c.token()).generation, all.tokenRequests()]).toEqual([1, 1, 1])
})

test('a process that knew more takes the database as it is once an operator says that it goes on', async () => {
  const all = await nodes()
  const { store, memory, clock } = all
  const setBack = await settingBack(all)
  const a = await all.start()
  clock.advance(31 * minute)
  await a.token()
  await setBack()
  await a.token()
  expect(a.closed()).toBe('rolled_back')
  for (const isAdopted of [false, true]) {
    if (isAdopted) await adoptInstance({ store, memory, clock, random: { bytes: randomBytes } })
    clock.advance(4000)
    await a.runDue()
    expect((await a.read()).generation).toBe(1)
    expect(a.closed()).toBe(isAdopted ? undefined : 'rolled_back')
  }
})

test('a read that began before a commit, and ends after it, stops nothing', async () => {
  const all = await nodes()
  const held: { isOn: boolean; release: () => void } = { isOn: false, release: () => undefined }
  const store = (sound: Store): Store => ({
    ...sound,
    accounts: {
      ...sound.accounts,
      async get(...which) {
        const account = await sound.accounts.get(...which)
        if (held.isOn) {
          held.isOn = false
          await new Promise<void>((resolve) => {
            held.release = resolve
          })
        }
        return account
      },
    },
  })
  const a = await all.start({ store })
  await a.read()
  all.clock.advance(31 * minute)
  held.isOn = true
  const late = a.read()
  expect((await a.token()).generation).toBe(2)
  held.release()
  expect((await late).generation).toBe(1)
  expect(a.closed()).toBeUndefined()
})

test('a database that went back to an earlier epoch is noticed while nodes run, before anything is renewed', async () => {
  const all = await nodes()
  const a = await all.start()
  all.clock.advance(2 * minute)
  await a.runDue()
  const { instance } = all.store
  const found = await instance.read()
  const earlier: Store['instance'] = {
    ...instance,
    read: async () => found && { ...found, epoch: found.epoch - 1 },
  }
  const set = { back: false }
  const store = (sound: Store): Store => ({
    ...sound,
    get instance() {
      return set.back ? earlier : instance
    },
  })
  const b = await all.start({ store })
  set.back = true
  all.clock.advance(31 * minute)
  expect([(await b.token()).generation, b.closed(), all.tokenRequests()]).toEqual([1, 'rolled_back', 0])
})

test('an answer in the journal waits while renewals are stopped, and is committed before they go on', async () => {
  const all = await nodes()
  const { clock, store, memory, journal } = all
  const commitCredential = async () => Promise.reject(new Error('the database is down'))
  const appended = new Promise<void>((resolve) => {
    void all
      .start({
        store: (sound) => ({ ...sound, accounts: { ...sound.accounts, commitCredential } }),
        journal: (sound) => ({ ...sound, append: (entry) => sound.append(entry).then(resolve) }),
      })
      .then(async (dying) => {
        clock.advance(31 * minute)
        void outcomeOf(dying.token())
        await appended
        await dying.close()
      })
  })
  await appended
  const seen = await memory.read()
  if (!seen) throw new Error('nothing was remembered')
  await memory.write({ ...seen, epoch: seen.epoch + 100 })
  const b = await all.start()
  expect([b.closed(), (await journal.entries()).length, (await b.read()).generation]).toEqual([
    'rolled_back',
    1,
    1,
  ])
  await adoptInstance({ store, memory, clock, random: { bytes: randomBytes } })
  clock.advance(4000)
  await b.runDue()
  expect([b.closed(), await journal.entries(), (await b.read()).generation]).toEqual([undefined, [], 2])
  expect([(await b.token()).generation, all.tokenRequests()]).toEqual([2, 1])
})
