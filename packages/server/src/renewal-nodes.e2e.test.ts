import type { Journal, Store } from '@sallyport/core'
import { faults } from '@sallyport/testkit'
import { describe, expect, test } from 'vitest'
import { type NodeFaults, nodes, outcomeOf } from './nodes.suite.ts'

const minute = 60_000
const never = new Promise<never>(() => undefined)

/** From its next commit on a node does nothing more, as if it had been killed then. */
function diesAtCommit(): { readonly faults: NodeFaults; readonly died: Promise<void> } {
  let die: () => void = () => undefined
  const died = new Promise<void>((resolve) => {
    die = resolve
  })
  const commitCredential = () => {
    die()
    return never
  }
  const store = (sound: Store) => ({ ...sound, accounts: { ...sound.accounts, commitCredential } })
  return { died, faults: { store, journal: silent } }
}

/** It still knows who had it. */
const silent = (sound: Journal): Journal => ({
  ...sound,
  append: () => never,
  remove: () => never,
  entries: async () => [],
})

describe('several processes on one database', () => {
  test('send one token request for calls on all of them, and each call gets the new token', async () => {
    const { start, clock, provider, tokenRequests } = await nodes()
    const three = await Promise.all(['a', 'b', 'c'].map((folder) => start({ isAlone: false, folder })))
    clock.advance(61 * minute)
    const calls = Array.from({ length: 60 }, (_, index) => three[index % 3]?.token())
    const replies = await Promise.all(calls)
    expect(new Set(replies.map((reply) => reply?.generation))).toEqual(new Set([2]))
    expect(new Set(replies.map((reply) => reply?.accessToken)).size).toBe(1)
    expect([tokenRequests(), provider.reuseEvents]).toEqual([1, 0])
    for (const node of three) await node.close()
  })

  test('whose sender fails tell the others so, and none asks a second time', async () => {
    const { start, clock, provider, tokenRequests } = await nodes()
    const [a, b] = await Promise.all(['a', 'b'].map((folder) => start({ isAlone: false, folder })))
    if (!a || !b) throw new Error('two nodes')
    provider.script('POST /token', { status: 400, body: '{"error":"invalid_grant"}' })
    const gate = provider.hold('POST /token', { moment: 'reply' })
    clock.advance(61 * minute)
    const first = outcomeOf(a.token())
    await gate.arrived
    const second = outcomeOf(b.token())
    gate.release()
    expect(await first).toBe('account_needs_reconnect')
    expect(await second).toBe('account_needs_reconnect')
    expect(tokenRequests()).toBe(1)
  })

  test('send once what was in doubt, also where one has looked before and claims after another was refused', async () => {
    const { start, clock, provider, tokenRequests } = await nodes()
    provider.script('POST /token', faults.lostAnswer(), { times: 1 })
    const a = await start({ isAlone: false, folder: 'a' })
    let claims: () => void = () => undefined
    const isAboutTo = new Promise<void>((resolve) => {
      claims = resolve
    })
    let refused: Promise<string> = Promise.resolve('')
    const b = await start({
      ...{ isAlone: false, folder: 'b' },
      store: (store) => ({
        ...store,
        renewalIntents: {
          ...store.renewalIntents,
          async claim(...how) {
            claims()
            await refused
            return store.renewalIntents.claim(...how)
          },
        },
      }),
    })
    clock.advance(61 * minute)
    expect(await outcomeOf(a.token())).toBe('renewal_unavailable')
    clock.advance(5_000)
    const gate = provider.hold('POST /token', { moment: 'reply' })
    refused = outcomeOf(a.token())
    await gate.arrived
    const late = outcomeOf(b.token())
    await isAboutTo
    gate.release()
    expect([await refused, await late]).toEqual(['account_needs_reconnect', 'account_needs_reconnect'])
    expect([tokenRequests(), provider.reuseEvents]).toEqual([2, 1])
    expect(await b.read()).toMatchObject({ status: 'needs_reconnect', reason: 'in_doubt' })
  })

  test('leave one that is silent alone until nothing of it can come any more', async () => {
    const { start, clock, tokenRequests } = await nodes({
      behaviour: { rotation: 'static' },
      renewal: { rotation: { rotates: false } },
    })
    const dead = diesAtCommit()
    const a = await start({ ...dead.faults, folder: 'a' })
    clock.advance(31 * minute)
    void outcomeOf(a.token())
    await dead.died
    const b = await start({ isAlone: false, folder: 'b' })
    clock.advance(12 * minute)
    expect([(await b.token()).generation, tokenRequests()]).toEqual([1, 1])
    clock.advance(2 * minute)
    expect([await outcomeOf(b.token()), tokenRequests()]).toEqual(['generation 2', 2])
  }, 30_000)

  test('need not wait for one that comes back: it knows what it left by its journal', async () => {
    const { start, clock, tokenRequests } = await nodes({
      behaviour: { rotation: 'grace', graceSeconds: 60 },
      renewal: { rotation: { graceSeconds: 60 } },
    })
    const dead = diesAtCommit()
    const a = await start({ ...dead.faults, isAlone: false, folder: 'a' })
    clock.advance(31 * minute)
    void outcomeOf(a.token())
    await dead.died
    const b = await start({ isAlone: false, folder: 'b' })
    const again = await start({ isAlone: false, folder: 'a' })
    expect([(await again.token()).generation, tokenRequests()]).toEqual([2, 2])
    expect((await b.token()).generation).toBe(2)
  })
})

describe('a process that died after it had sent, and before its answer was durable', () => {
  test('leaves an account in doubt, which the next start says; it is asked again when the token has ended', async () => {
    const { start, clock, provider, tokenRequests } = await nodes()
    const dead = diesAtCommit()
    const a = await start(dead.faults)
    clock.advance(31 * minute)
    void outcomeOf(a.token())
    await dead.died
    const b = await start()
    expect(await b.read()).toMatchObject({ status: 'failing', reason: 'in_doubt', generation: 1 })
    expect([(await b.token()).generation, tokenRequests()]).toEqual([1, 1])
    clock.advance(30 * minute)
    expect(await outcomeOf(b.token())).toBe('account_needs_reconnect')
    expect(await b.read()).toMatchObject({ status: 'needs_reconnect', reason: 'in_doubt' })
    expect([tokenRequests(), provider.reuseEvents]).toEqual([2, 1])
  })

  test('loses nothing within the grace of the provider', async () => {
    const { start, clock, provider, tokenRequests } = await nodes({
      behaviour: { rotation: 'grace', graceSeconds: 60 },
      renewal: { rotation: { graceSeconds: 60 } },
    })
    const dead = diesAtCommit()
    const a = await start(dead.faults)
    clock.advance(31 * minute)
    void outcomeOf(a.token())
    await dead.died
    const b = await start()
    expect((await b.token()).generation).toBe(2)
    expect([tokenRequests(), provider.reuseEvents]).toEqual([2, 0])
    expect(await b.read()).toMatchObject({ status: 'connected' })
  })

  test('loses nothing where refresh tokens last', async () => {
    const { start, clock, provider } = await nodes({
      behaviour: { rotation: 'static' },
      renewal: { rotation: { rotates: false } },
    })
    const dead = diesAtCommit()
    const a = await start(dead.faults)
    clock.advance(31 * minute)
    void outcomeOf(a.token())
    await dead.died
    const b = await start()
    expect([(await b.token()).generation, provider.reuseEvents]).toEqual([2, 0])
  })
})

test('nothing is sent while the intent cannot be written', async () => {
  const { start, clock, tokenRequests } = await nodes()
  const claim = async () => Promise.reject(new Error('disk full'))
  const a = await start({
    store: (store) => ({ ...store, renewalIntents: { ...store.renewalIntents, claim } }),
  })
  clock.advance(31 * minute)
  expect([(await a.token()).generation, tokenRequests()]).toEqual([1, 0])
})

test('a request that was never sent leaves no doubt', async () => {
  const { start, clock, provider, store, tokenRequests } = await nodes()
  const a = await start()
  provider.script('POST /token', faults.reset())
  // The clock jumps between claim and connection, as it does on a machine that was suspended.
  const claim: Store['renewalIntents']['claim'] = async (...how) => {
    const intent = await store.renewalIntents.claim(...how)
    clock.advance(3 * minute)
    return intent
  }
  const b = await start({
    store: (sound) => ({ ...sound, renewalIntents: { ...sound.renewalIntents, claim } }),
  })
  clock.advance(31 * minute)
  expect([(await b.token()).generation, tokenRequests()]).toEqual([1, 0])
  expect((await a.read()).reason).toBe('upstream_timeout')
})
