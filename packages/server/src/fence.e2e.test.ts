import { copyFileSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copyOf, fenced, minute, newFolder, outcome, readiness, turns } from './fence.suite.ts'

describe('a copy of a data folder, started beside the original,', () => {
  test('sends no token request while the original renews, and serves while its token lasts', async () => {
    const { folder, start, clock, provider, account, tokenRequests } = await fenced()
    const copy = await start(copyOf(folder))
    const original = await start()
    clock.advance(31 * minute)
    expect(await outcome(copy, account)).toBe('token 1')
    expect(tokenRequests()).toBe(0)
    expect(await outcome(original, account)).toBe('token 2')
    expect(tokenRequests()).toBe(1)
    clock.advance(31 * minute)
    provider.forget()
    expect(await outcome(copy, account)).toBe('renewal_unavailable')
    const asked = await copy.request('POST', `/v1/accounts/${account}/renew`, {})
    expect([asked.status, asked.body.code]).toEqual([503, 'renewal_unavailable'])
    expect(asked.body.detail).toContain('does not live where it was made')
    expect(asked.body.detail).toMatch(/`sallyport adopt`.+`sallyport quarantine`/)
    expect(tokenRequests()).toBe(0)
    expect(await outcome(original, account)).toBe('token 3')
    expect(provider.reuseEvents).toBe(0)
  })

  test('says so in the log once, and where it says that it is ready', async () => {
    const { folder, start, clock } = await fenced()
    const copy = await start(copyOf(folder))
    for (let round = 0; round < 5; round += 1) {
      clock.advance(4000)
      await copy.runDue()
    }
    expect(turns(copy)).toEqual([1, 0])
    const { status, body } = await readiness(copy)
    expect([status, body.status, body.renewals, body.cause]).toEqual([200, 'ready', 'stopped', 'moved'])
    const original = await start()
    expect((await readiness(original)).body).toEqual({ status: 'ready' })
    expect(turns(original)).toEqual([0, 0])
  })

  test('revokes nothing and tells nobody', async () => {
    const { folder, start, clock, provider, account } = await fenced()
    const before = await start()
    provider.script('POST /hook', { status: 204 })
    await before.request('POST', '/v1/webhooks', { url: `${provider.origin}/hook` })
    await before.close({ keep: true })
    const copy = await start(copyOf(folder))
    const { body } = await copy.request('POST', `/v1/accounts/${account}/disconnect`, {})
    expect(body).toMatchObject({ status: 'revoked', revocation: 'pending' })
    for (let round = 0; round < 3; round += 1) {
      clock.advance(5 * minute)
      await copy.runDue()
    }
    expect([provider.received('POST /revoke'), provider.received('POST /hook')]).toEqual([[], []])
  })

  test('leaves the answers in its journal alone', async () => {
    const { folder, start } = await fenced()
    const clone = copyOf(folder)
    writeFileSync(join(clone, 'journal', 'ans_1'), '{"not":"an answer"}')
    const copy = await start(clone)
    expect(copy.logged()).not.toContain('journal entry')
    expect(readFileSync(join(clone, 'journal', 'ans_1'), 'utf8')).toBe('{"not":"an answer"}')
  })
})

describe('a database file of an earlier day', () => {
  test('put in the place of the present one, its bytes alone, is noticed at the start', async () => {
    const { folder, start, clock, account, tokenRequests } = await fenced()
    const [file, backup] = [join(folder, 'sallyport.db'), join(newFolder(), 'backup.db')]
    copyFileSync(file, backup)
    const present = await start()
    clock.advance(31 * minute)
    expect(await outcome(present, account)).toBe('token 2')
    await present.close({ keep: true })
    const { ino } = statSync(file)
    copyFileSync(backup, file)
    expect(statSync(file).ino).toBe(ino)
    const restored = await start()
    expect((await readiness(restored)).body).toMatchObject({ renewals: 'stopped', cause: 'rolled_back' })
    expect(await outcome(restored, account)).toBe('token 1')
    expect(tokenRequests()).toBe(1)
  })

  test('put back with all of its folder is noticed', async () => {
    const { folder, start, clock, account, tokenRequests } = await fenced()
    const backup = copyOf(folder)
    const present = await start()
    clock.advance(31 * minute)
    expect(await outcome(present, account)).toBe('token 2')
    await present.close({ keep: true })
    rmSync(folder, { recursive: true })
    cpSync(backup, folder, { recursive: true, preserveTimestamps: true })
    const restored = await start()
    expect((await readiness(restored)).body).toMatchObject({ renewals: 'stopped', cause: 'moved' })
    expect(await outcome(restored, account)).toBe('token 1')
    expect(tokenRequests()).toBe(1)
  })
})

test('what a node remembers is for its owner alone, and goes on with the database every minute', async () => {
  const { folder, start, clock } = await fenced()
  const file = join(folder, 'instance')
  const seen = () => JSON.parse(readFileSync(file, 'utf8')) as { id: string; epoch: number }
  const sallyport = await start()
  const before = seen()
  expect(before.id).toMatch(/^ins_/)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  clock.advance(minute)
  await sallyport.runDue()
  expect(seen()).toEqual({ ...before, epoch: before.epoch + 1 })
  await sallyport.runDue()
  expect(seen().epoch).toBe(before.epoch + 1)
})

test('a node that remembers nothing takes a database that lives where it says, and a new database needs no memory of it', async () => {
  const { folder, start, clock, account } = await fenced()
  rmSync(join(folder, 'instance'))
  const forgetful = await start()
  clock.advance(31 * minute)
  expect(await outcome(forgetful, account)).toBe('token 2')
  await forgetful.close({ keep: true })
  rmSync(join(folder, 'sallyport.db'))
  const anew = await start()
  expect((await readiness(anew)).body).toEqual({ status: 'ready' })
})

test('a database that is not the one that the data folder remembers renews nothing', async () => {
  const { folder, start, clock, account, tokenRequests } = await fenced()
  const file = join(folder, 'instance')
  const seen = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...seen, id: 'ins_another' }))
  const sallyport = await start()
  clock.advance(31 * minute)
  expect(await outcome(sallyport, account)).toBe('token 1')
  expect((await readiness(sallyport)).body).toMatchObject({ renewals: 'stopped', cause: 'other_database' })
  expect(tokenRequests()).toBe(0)
})

test('a memory that cannot be read stops the start with a sentence', async () => {
  const { folder, start } = await fenced()
  writeFileSync(join(folder, 'instance'), '{"id":')
  await expect(start()).rejects.toThrow('instance cannot be read. Put it back')
})
