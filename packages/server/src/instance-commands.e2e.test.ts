import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copyOf, fenced, minute, newFolder, outcome, readiness } from './fence.suite.ts'
import { fileJournal } from './journal.ts'
import { run } from './process.suite.ts'

const usage = 64
const badConfiguration = 78

describe('sallyport adopt', () => {
  test('has a restored database go on, and renew; said twice, it changes nothing more', async () => {
    const { folder, start, clock, account, environment, tokenRequests } = await fenced()
    const restored = copyOf(folder)
    const closed = await start(restored)
    expect((await readiness(closed)).body).toMatchObject({ cause: 'moved' })
    await closed.close({ keep: true })
    const settings = { ...environment, SALLYPORT_DATA_DIR: restored }
    const adopted = await run(['adopt'], settings)
    expect([adopted.code, adopted.stderr]).toEqual([0, ''])
    expect(adopted.stdout).toMatch(
      /goes on \(instance ins_\w+\)\.\nIt had been copied, restored or moved\.\n/,
    )
    const again = await run(['adopt'], settings)
    expect(again.stdout).toContain('Nothing had stood against it.')
    const sallyport = await start(restored)
    expect((await readiness(sallyport)).body).toEqual({ status: 'ready' })
    clock.advance(31 * minute)
    expect([await outcome(sallyport, account), tokenRequests()]).toEqual(['token 2', 1])
  })

  test('has one go on that was set back, and takes one that the data folder did not know', async () => {
    const { folder, start, environment } = await fenced()
    const file = join(folder, 'instance')
    const seen = JSON.parse(readFileSync(file, 'utf8')) as { id: string; epoch: number }
    const settings = { ...environment, SALLYPORT_DATA_DIR: folder }
    writeFileSync(file, JSON.stringify({ ...seen, epoch: seen.epoch + 500 }))
    expect((await run(['adopt'], settings)).stdout).toContain('It had been set back.')
    expect((JSON.parse(readFileSync(file, 'utf8')) as typeof seen).epoch).toBeGreaterThan(seen.epoch + 500)
    writeFileSync(file, JSON.stringify({ id: 'ins_another', epoch: 1 }))
    expect((await run(['adopt'], settings)).stdout).toContain('This data folder remembered another one.')
    expect((await readiness(await start())).body).toEqual({ status: 'ready' })
  })
})

describe('sallyport quarantine', () => {
  test('makes a copy harmless: nothing that it does reaches the provider, and it serves on its own', async () => {
    const { folder, start, clock, provider, account, environment } = await fenced()
    const before = await start()
    provider.script('POST /hook', { status: 204 })
    await before.request('POST', '/v1/webhooks', { url: `${provider.origin}/hook` })
    await before.close({ keep: true })
    const clone = copyOf(folder)
    const settings = { ...environment, SALLYPORT_DATA_DIR: clone }
    const done = await run(['quarantine'], settings)
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(done.stdout).toContain('Credentials destroyed: 1.')
    expect(done.stdout).toContain('Webhooks disabled: 1.')
    const again = await run(['quarantine'], settings)
    expect([again.code, again.stdout]).toEqual([1, ''])
    expect(again.stderr).toContain('Nothing says that this database is a copy')

    const copy = await start(clone)
    expect((await readiness(copy)).body).toEqual({ status: 'ready' })
    const { body } = await copy.request('GET', `/v1/accounts/${account}`)
    expect(body).toMatchObject({ status: 'needs_reconnect', reason: 'quarantined', generation: 2 })
    expect(body.reasonDetail).toContain('Connect the account again.')
    expect(await outcome(copy, account)).toBe('account_needs_reconnect')
    await copy.request('POST', `/v1/accounts/${account}/disconnect`, {})
    clock.advance(31 * minute)
    await copy.runDue()
    expect((await copy.request('GET', '/v1/webhooks')).body.items).toMatchObject([
      { status: 'disabled', reason: 'quarantined' },
    ])
    const reached = ['POST /token', 'POST /revoke', 'POST /hook', 'ANY /api/*'] as const
    expect(reached.flatMap((route) => provider.received(route))).toEqual([])

    const original = await start()
    expect(await outcome(original, account)).toBe('token 2')
    await copy.close({ keep: true })
    const forced = await run(['quarantine', '--force'], settings)
    expect([forced.code, forced.stderr]).toEqual([0, ''])
  })

  test('of a copy takes the answers of the original out of its journal', async () => {
    const { folder, environment } = await fenced()
    const clone = copyOf(folder)
    const key = { organizationId: 'org_a', accountId: 'acc_a', generation: 1 }
    const journals = ['journal', 'journal-2'].map((name) => fileJournal(join(clone, name)))
    for (const journal of journals) await journal.append({ ...key, id: 'ans_1', at: 1, state: {} as never })
    const done = await run(['quarantine'], { ...environment, SALLYPORT_DATA_DIR: clone })
    expect(done.stdout).toContain('2 answers in the journal')
    expect(await Promise.all(journals.map((journal) => journal.entries()))).toEqual([[], []])
  })
})

describe.each(['adopt', 'quarantine'])('sallyport %s', (command) => {
  test('refuses a folder that is in use, and changes nothing in it', async () => {
    const { folder, start, environment } = await fenced()
    const sallyport = await start()
    const refused = await run([command], { ...environment, SALLYPORT_DATA_DIR: folder })
    expect([refused.code, refused.stdout]).toEqual([badConfiguration, ''])
    expect(refused.stderr).toContain('is in use by another Sallyport.')
    expect((await readiness(sallyport)).body).toEqual({ status: 'ready' })
  })

  test('refuses a folder without a database, and makes none', async () => {
    const folder = newFolder()
    const refused = await run([command], { SALLYPORT_DATA_DIR: folder })
    expect([refused.code, refused.stdout]).toEqual([badConfiguration, ''])
    expect(refused.stderr).toContain('holds no database.')
    expect(readdirSync(folder)).toEqual([])
  })

  test('refuses bad configuration, a wrong key, and words that it does not take', async () => {
    const { folder } = await fenced()
    const settings = { SALLYPORT_DATA_DIR: folder }
    const bad = await run([command], { ...settings, SALLYPORT_PORT: 'x' })
    expect([bad.code, bad.stderr]).toEqual([badConfiguration, expect.stringContaining('SALLYPORT_PORT')])
    const key = `k1:${Buffer.alloc(32, 9).toString('base64')}`
    const wrong = await run([command], { ...settings, SALLYPORT_ENCRYPTION_KEYS: key })
    expect([wrong.code, wrong.stderr]).toEqual([badConfiguration, expect.stringContaining('Give the right')])
    const words = await run([command, '--everything'], settings)
    expect([words.code, words.stderr]).toEqual([usage, `sallyport ${command} does not take --everything.\n`])
  })
})

test('a command that there is not is named beside those that there are', async () => {
  const { code, stderr } = await run(['adapt'], {})
  expect([code, stderr]).toEqual([
    usage,
    'There is no command adapt. Commands: serve, adopt, quarantine, backup, restore, emulate, audit verify.\n',
  ])
})
