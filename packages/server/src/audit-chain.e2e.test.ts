import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fakeClock, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyed, rest } from './endpoints/rest.suite.ts'
import { run } from './process.suite.ts'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'

const minute = 60_000
const clock = fakeClock()
const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
const file = join(folder, 'audit.jsonl')
let sallyport: TestSallyport
let provider: LoopbackProvider
let api: ReturnType<typeof rest>

beforeAll(async () => {
  provider = await loopbackProvider({ clock })
  provider.script('POST /hook', { status: 204 })
  sallyport = await startSallyport({ SALLYPORT_AUDIT_FILE: file }, folder, clock)
  api = rest(sallyport)
  for (const key of ['one', 'two', 'three']) await api.integration({ key, ...keyed(provider.origin) })
})
afterAll(async () => {
  await sallyport.close()
  await provider.close()
})

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const exported = async (after = 0) => lines((await api.get(`/v1/audit/export?after=${after}`)).text)
const entriesIn = (path: string) => lines(readFileSync(path, 'utf8')).filter(({ signature }) => !signature)
const verify = async (body: object = {}) => (await api.post('/v1/audit/verify', body)).body
const checkpoints = async () => (await api.get('/v1/audit/checkpoints')).body.items
const sequences = (entries: readonly { sequence: number }[]) => entries.map(({ sequence }) => sequence)

/** As somebody does who can write to the database, by another process. */
async function tamper(statement: string): Promise<void> {
  const script = `
    import { DatabaseSync } from '@photostructure/sqlite'
    new DatabaseSync(process.argv[1], { timeout: 5000 }).exec(process.argv[2])`
  await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, join(folder, 'sallyport.db'), statement],
    { cwd: fileURLToPath(new URL('../../store', import.meta.url)) },
  )
}

test('the export has a line for each entry, in the order of the chain, from any place on', async () => {
  const reply = await api.get('/v1/audit/export')
  expect(reply.headers.get('content-type')).toContain('application/x-ndjson')
  const entries = lines(reply.text)
  expect(sequences(entries)).toEqual(entries.map((_, index) => index + 1))
  const listed = (await api.get('/v1/audit?limit=1000')).body.items.reverse()
  expect(entries).toMatchObject(listed)
  expect(sequences(await exported(entries.length - 1))).toEqual([entries.length])
  expect((await api.get(`/v1/audit/export?after=${entries.length}`)).text).toBe('')
  expect((await api.get('/v1/audit/export?after=x')).status).toBe(422)
})

test('what is signed is signed once, and told in the log, the file and to webhooks that ask for it', async () => {
  const hook = { url: `${provider.origin}/hook`, events: ['audit.checkpoint', 'audit.entry'] }
  const { body: key } = await api.post('/v1/keys', { name: 'K', scopes: ['organization:admin'] })
  const denied = await sallyport.request('POST', '/v1/webhooks', hook, { key: key.key })
  expect([denied.status, denied.body.code]).toEqual([403, 'scope_missing'])
  expect((await api.post('/v1/webhooks', hook)).status).toBe(201)
  await api.post('/v1/webhooks', { url: `${provider.origin}/other` })
  await sallyport.runDue()
  const before = (await checkpoints()).length
  await api.integration({ key: 'four', ...keyed(provider.origin) })
  clock.advance(11 * minute)
  await sallyport.runDue()
  await sallyport.runDue()
  const [checkpoint, ...others] = await checkpoints()
  const entries = await exported()
  expect(others).toHaveLength(before)
  expect(checkpoint).toMatchObject({ sequence: entries.length, hash: entries.at(-1).hash })
  expect(sallyport.logged()).toContain(checkpoint.signature)
  expect(lines(readFileSync(file, 'utf8'))).toContainEqual(checkpoint)
  const told = provider.received('POST /hook').map(({ body }) => JSON.parse(body))
  expect(told.filter(({ type }) => type === 'audit.checkpoint').map(({ data }) => data)).toContainEqual(
    checkpoint,
  )
  const toldEntries = told.filter(({ type }) => type === 'audit.entry').map(({ data }) => data)
  expect(toldEntries).toEqual(entries.slice(-toldEntries.length))
  expect(toldEntries.map(({ action }) => action)).toContain('webhook.created')
  expect(provider.received('POST /other')).toEqual([])
  clock.advance(60 * minute)
  await sallyport.runDue()
  expect((await checkpoints()).length).toBe(before + 1)
  expect(await verify({ checkpoints: await checkpoints() })).toMatchObject({ intact: true, problems: [] })
})

test('the file holds each entry, also after it was moved away, and what a killed process left begins no line', async () => {
  expect(entriesIn(file)).toEqual(await exported())
  const moved = join(folder, 'audit.1.jsonl')
  renameSync(file, moved)
  writeFileSync(file, '{"sequence":')
  await api.integration({ key: 'five', ...keyed(provider.origin) })
  await sallyport.runDue()
  const [torn, ...rest_] = readFileSync(file, 'utf8').trim().split('\n')
  expect(torn).toBe('{"sequence":')
  const after = rest_.map((line) => JSON.parse(line)).filter(({ signature }) => !signature)
  expect(after).toMatchObject([{ target: { name: 'five' } }])
  expect([...entriesIn(moved), ...after]).toEqual(await exported())
})

test('an export verifies without any key, by what was kept; and a changed one does not', async () => {
  const whole = join(folder, 'export.jsonl')
  const kept = join(folder, 'kept.json')
  const { text } = await api.get('/v1/audit/export')
  writeFileSync(kept, JSON.stringify(await checkpoints()))
  writeFileSync(whole, text)
  const sound = await run(['audit', 'verify', '--file', whole, '--checkpoint', kept], {})
  expect([sound.stderr, sound.code]).toEqual(['', 0])
  expect(sound.stdout).toMatch(/^org_\w+: entries 1 to \d+ are as they were written/)
  const absent = await run(['audit', 'verify', '--file', join(folder, 'absent')], {})
  expect([absent.code, absent.stderr]).toEqual([64, expect.stringContaining('cannot be read (ENOENT).')])
  writeFileSync(whole, text.replace('"three"', '"threw"'))
  const changed = await run(['audit', 'verify', '--file', whole], {})
  expect(changed.code).toBe(1)
  expect(changed.stdout).toMatch(/entry \d+ \(aud_\w+\): edited\. /)
})

test('accounts are recorded once a day; one that is put back as it was is named', async () => {
  const { id } = await api.account('one', { secret: { token: 'key' } })
  await api.patch(`/v1/accounts/${id}`, { secret: { token: 'another' } })
  clock.advance(24 * 60 * minute)
  await sallyport.runDue()
  const [recorded] = (await api.get('/v1/audit?action=audit.generations_recorded')).body.items
  expect(recorded).toMatchObject({
    actor: { kind: 'system' },
    changes: [{ field: '/generations', after: { [id]: 2 } }],
  })
  expect(await verify()).toMatchObject({ intact: true })
  await tamper(`update account set generation = 1 where id = '${id}'`)
  expect((await verify()).problems).toMatchObject([
    { kind: 'account_rolled_back', account: { id, generation: 1, recorded: 2 } },
  ])
  await tamper(`update account set generation = 2 where id = '${id}'`)
})

test('whoever changes an entry is found out, by the endpoint and by the command beside it, and nothing of it is signed', async () => {
  const [{ id, sequence }] = (await exported()).filter(({ target }) => target.name === 'two')
  const signed = (await checkpoints()).length
  await tamper(`update audit set target_name = 'too' where id = '${id}'`)
  const found = await verify()
  expect(found).toMatchObject({ intact: false, problems: [{ kind: 'edited', sequence, entry: id }] })
  const { code, stdout } = await run(['audit', 'verify'], {
    SALLYPORT_DATA_DIR: folder,
    SALLYPORT_ADMIN_KEY: sallyport.adminKey,
  })
  expect([code, stdout]).toEqual([1, expect.stringContaining(`entry ${sequence} (${id}): edited.`)])
  await tamper(`update audit set target_name = 'two' where id = '${id}'`)
  const { length } = await exported()
  await api.integration({ key: 'six', ...keyed(provider.origin) })
  await tamper(`update audit set action = 'none' where sequence > ${length}`)
  clock.advance(60 * minute)
  await sallyport.runDue()
  expect((await checkpoints()).length).toBe(signed)
  expect(sallyport.logged()).toContain('the audit cannot be signed: verify it')
})

test('no organization sees or verifies the audit of another', async () => {
  const { body: other } = await api.post('/v1/organizations', { name: 'Other' })
  const as = { key: other.key }
  const { body } = await sallyport.request('POST', '/v1/audit/verify', {}, as)
  expect(body).toMatchObject({ organization: other.id, intact: true, sequence: 1 })
  const { text } = await sallyport.request('GET', '/v1/audit/export', undefined, as)
  expect(lines(text)).toMatchObject([{ organization: other.id, sequence: 1, action: 'key.created' }])
  const foreign = { checkpoints: await checkpoints() }
  const compared = await sallyport.request('POST', '/v1/audit/verify', foreign, as)
  expect(compared.body.problems[0]).toMatchObject({ kind: 'checkpoint_forged' })
})
