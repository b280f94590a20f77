import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { canary, filesIn, findCanaries, type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { codeDefinition, person } from './authorization.suite.ts'
import { withPostgres } from './postgres.suite.ts'
import { launch, run } from './process.suite.ts'
import {
  firstKeyOf,
  newFolder,
  realmsEnvironment,
  realmUrls,
  type TestRealm,
  testRealm,
} from './realms.suite.ts'
import { freePort } from './sallyport.suite.ts'

const badConfiguration = 78
const badUsage = 64
const postgres = withPostgres()

/** `us` embedded with a key file, `eu` on PostgreSQL with keys of the environment; nothing is set up. */
async function twoRealms(environment: Readonly<Record<string, string>> = {}) {
  const [port, folder, url] = [await freePort(), newFolder(), await postgres.server().createDatabase()]
  const settings: Readonly<Record<string, string>> = {
    ...realmsEnvironment(port, folder, { eu: url }),
    SALLYPORT_ADMIN_KEY: '',
    ...environment,
  }
  const start = async () => {
    const node = launch(settings)
    onTestFinished(async () => void (await node.kill()))
    await node.listening
    const tokenOf = async (realm: string) =>
      (await node.printed(new RegExp(`^Set up once \\(realm ${realm}\\): .*#token=(\\S+)\\n`, 'm')))[1] ?? ''
    return { ...node, tokenOf }
  }
  return { settings, start, folder, url, urls: realmUrls(port) }
}

/** An organization of a realm besides its first. */
async function organization(realm: TestRealm, name: string): Promise<TestRealm> {
  const { body } = await realm.request('POST', '/v1/organizations', { name: `Organization of ${name}` })
  return testRealm(realm.publicUrl, body.key)
}

/** What a realm is given, and what it makes of it: none of it may be found in the other. */
async function filled(realm: TestRealm, name: string, provider: LoopbackProvider) {
  const [clientSecret, parameter] = [canary(`client secret of ${name}`), canary(`parameter of ${name}`)]
  provider.behaviour.clients.push({ clientId: `client-of-${name}`, clientSecret })
  const definition = {
    ...codeDefinition(provider, { clientId: `client-of-${name}`, clientSecret }, `key${name}`),
    name: `Definition of ${name}`,
    parameters: [
      { name: 'tenant', required: true },
      { name: 'pass', required: true, secret: true },
    ],
    request: { headers: { 'X-Tenant': '{tenant}', 'X-Pass': '{pass}' } },
  }
  const made = await realm.request('POST', '/v1/integrations', definition)
  expect([made.status, made.body.errors]).toEqual([201, undefined])
  const integration = made.body
  const { body: account } = await realm.request('POST', '/v1/accounts', {
    integration: `key${name}`,
    name: `Account of ${name}`,
    parameters: { tenant: `tenant-of-${name}`, pass: parameter },
    tags: { of: `tag-of-${name}` },
  })
  const { body: key } = await realm.request('POST', '/v1/keys', {
    name: `Key of ${name}`,
    scopes: ['proxy:call'],
  })
  const { body: begun } = await realm.request('POST', `/v1/accounts/${account.id}/authorize`, {})
  const ann = person()
  const callback = await ann.toCallback(begun.authorizationUrl)
  const page = await ann.get((await ann.get(callback)).location)
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('is connected')])
  const call = await realm.request('GET', `/proxy/${account.id}/me`, undefined, key.key)
  expect(call.status).toBe(200)
  const { body: renewed } = await realm.request('POST', `/v1/accounts/${account.id}/renew`, {})
  expect(renewed.generation).toBe(2)
  await realm.request('GET', '/v1/events')
  const told = ['Organization of', 'Definition of', 'Account of', 'Key of'].map((what) => `${what} ${name}`)
  const words = [`client-of-${name}`, `tenant-of-${name}`, `tag-of-${name}`, `key${name}`, ...told]
  return {
    id: account.id as string,
    redirectUri: integration.redirectUri as string,
    callback,
    keys: [realm.key, key.key as string],
    words,
  }
}

/** Every row of every table, blobs in hexadecimal. */
function rowsOf(folder: string): string {
  const script = `
    import { DatabaseSync } from '@photostructure/sqlite'
    const database = new DatabaseSync(process.argv[1], { readOnly: true })
    const tables = database.prepare("select name from sqlite_schema where type = 'table'").all()
    const shown = (_, value) => value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
    for (const { name } of tables) {
      const rows = database.prepare('select * from "' + name + '"').all()
      for (const row of rows) {
        const plain = Object.fromEntries(Object.entries(row).map(([column, value]) => [column, shown('', value)]))
        process.stdout.write(name + ' ' + JSON.stringify(plain) + '\\n')
      }
    }`
  return execFileSync(
    process.execPath,
    ['--input-type=module', '--eval', script, join(folder, 'sallyport.db')],
    { cwd: fileURLToPath(new URL('../../store', import.meta.url)), encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
}

/** Ids, and whatever else is long enough to be made by chance once: digests, sealed values. */
function marksOf(dump: string): Set<string> {
  return new Set([
    ...(dump.match(/\b[a-z]{3}_[0-9A-Za-z]{16,}/g) ?? []),
    ...(dump.match(/[0-9a-f]{32,}/g) ?? []),
  ])
}

describe.each(['1', '2'])('a deployment of two realms, with %s workers', (workers) => {
  test('keeps each one’s organizations, accounts and secrets in its own database and folder, and serves one while the other’s database is down', async () => {
    const { start, folder, url, urls } = await twoRealms({ SALLYPORT_WORKERS: workers })
    const provider = await loopbackProvider()
    onTestFinished(provider.close)
    const node = await start()
    expect(node.stdout()).toContain(`\nRealm us: ${urls.us}\nRealm eu: ${urls.eu}\n`)
    const ofUs = testRealm(urls.us, await firstKeyOf(urls.us, await node.tokenOf('us')))
    const ofEu = testRealm(urls.eu, await firstKeyOf(urls.eu, await node.tokenOf('eu')))
    const [us, eu] = [await organization(ofUs, 'Us'), await organization(ofEu, 'Eu')]
    const [inUs, inEu] = [await filled(us, 'Us', provider), await filled(eu, 'Eu', provider)]
    expect([inUs.redirectUri, inEu.redirectUri].map((uri) => new URL(uri).origin)).toEqual([urls.us, urls.eu])
    expect(new URL(inUs.callback).href.startsWith(`${inUs.redirectUri}?`)).toBe(true)
    expect(new URL(inEu.callback).href.startsWith(`${inEu.redirectUri}?`)).toBe(true)

    const { body: revoked } = await eu.request('POST', '/v1/keys', {
      name: 'Revoked',
      scopes: ['accounts:read'],
    })
    // At once, each on a connection of its own: whichever worker has it.
    const tried = async () => {
      const replies = Array.from({ length: 6 }, () =>
        eu.request('GET', '/v1/accounts', undefined, revoked.key),
      )
      return new Set((await Promise.all(replies)).map(({ status }) => status))
    }
    expect([...(await tried())]).toEqual([200])
    await eu.request('DELETE', `/v1/keys/${revoked.id}`)
    expect([...(await tried())]).toEqual([401])

    await postgres.server().crash()
    const down = await eu.request('GET', `/v1/accounts/${inEu.id}`)
    expect([down.status, down.body.code]).toEqual([503, 'database_unavailable'])
    for (const path of ['/v1/accounts', `/proxy/${inUs.id}/me`, '/readyz', '/healthz']) {
      expect([path, (await us.request('GET', path)).status]).toEqual([path, 200])
    }
    const health = async () => (await us.request('GET', '/readyz')).body.realms
    while ((await health()).eu.dueWork !== 'failing') await turn()
    expect(await health()).toEqual({
      us: { status: 'ready' },
      eu: { status: 'impaired', dueWork: 'failing' },
    })
    await postgres.server().start()
    expect((await eu.request('GET', `/proxy/${inEu.id}/me`)).status).toBe(200)
    const metrics = (await us.request('GET', '/metrics')).text
    expect(metrics).toMatch(/^sallyport_calls_total\{realm="us",integration="keyUs",.*\} 2$/m)
    expect(metrics).toMatch(/^sallyport_calls_total\{realm="eu",integration="keyEu",.*\} 2$/m)
    expect((await node.stop()).code).toBe(0)

    const dumps = { us: rowsOf(join(folder, 'us')), eu: await postgres.server().dump(url) }
    const files = (realm: string) =>
      filesIn(join(folder, realm))
        .map((name) => readFileSync(join(folder, realm, name), 'latin1'))
        .join('\n')
    const whole = { us: dumps.us + files('us'), eu: dumps.eu + files('eu') }
    for (const [own, other, made] of [
      ['us', 'eu', inUs],
      ['eu', 'us', inEu],
    ] as const) {
      const lookups = made.keys.map((key) => key.split('_')[2] ?? key)
      const marks = [...marksOf(dumps[own]), ...made.words, ...lookups]
      expect(marks.length).toBeGreaterThan(30)
      for (const word of [...made.words, ...lookups, made.id])
        expect([word, dumps[own].includes(word)]).toEqual([word, true])
      expect(marks.filter((mark) => whole[other].includes(mark))).toEqual([])
      expect(findCanaries(whole[other])).toEqual([])
    }
    expect(filesIn(folder).filter((name) => !/^(us|eu)\//.test(name))).toEqual([])
    const keyFiles = ['us', 'eu'].map((realm) => join(folder, realm, 'encryption-key'))
    expect(keyFiles.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(['600', '600'])
    expect(readFileSync(keyFiles[0] ?? '')).not.toEqual(readFileSync(keyFiles[1] ?? ''))
  })
})

describe('a deployment does not start', () => {
  const serve = async (settings: Readonly<Record<string, string>>) => {
    const { code, stdout, stderr } = await run(['serve'], settings)
    expect([code, stdout]).toEqual([badConfiguration, ''])
    return stderr
  }

  test.each(['1', '2'])(
    'with a wrong key of one realm, or with its database gone, which it names (%s workers)',
    async (workers) => {
      const { settings, start, folder, url } = await twoRealms({ SALLYPORT_WORKERS: workers })
      const node = await start()
      await node.stop()
      const said = JSON.parse(settings.SALLYPORT_REALMS ?? '') as { us: object; eu: object }
      const changed = (us: object, eu: object) => ({
        ...settings,
        SALLYPORT_REALMS: JSON.stringify({ us: { ...said.us, ...us }, eu: { ...said.eu, ...eu } }),
      })
      const another = { encryptionKeys: `k1:${randomBytes(32).toString('base64')}` }
      const gone = { databaseUrl: url.replace(/test_\w+$/, 'test_gone') }
      const stderr = await serve(changed(another, gone))
      expect(stderr.trim().split('\n')).toEqual([
        expect.stringMatching(/SALLYPORT_REALMS \/us\/encryptionKeys or as the key file\.$/),
        expect.stringMatching(/^SALLYPORT_REALMS \/eu\/databaseUrl cannot be used\. /),
      ])
      expect(stderr).not.toContain(new URL(url).password)
      expect(existsSync(join(folder, 'eu', 'encryption-key'))).toBe(true)
    },
  )

  test('with the key file of one realm copied to another, and touches neither database', async () => {
    const { settings, start, folder } = await twoRealms({ SALLYPORT_WORKERS: '1' })
    await (await start()).stop()
    const ap = { publicUrl: 'http://ap.example', databaseUrl: `sqlite:${join(folder, 'ap')}` }
    const said = JSON.parse(settings.SALLYPORT_REALMS ?? '') as object
    mkdirSync(join(folder, 'ap'))
    copyFileSync(join(folder, 'us', 'encryption-key'), join(folder, 'ap', 'encryption-key'))
    chmodSync(join(folder, 'ap', 'encryption-key'), 0o600)
    const stderr = await serve({ ...settings, SALLYPORT_REALMS: JSON.stringify({ ...said, ap }) })
    expect(stderr).toBe(
      'SALLYPORT_REALMS /ap/encryptionKeys: the realm ap has a key of the realm us. Give each its own.\n',
    )
    expect(filesIn(join(folder, 'ap'))).toEqual(['encryption-key'])
  })

  test('for others than this machine before each realm is set up', async () => {
    const { settings } = await twoRealms({
      SALLYPORT_WORKERS: '1',
      SALLYPORT_HOST: '0.0.0.0',
      SALLYPORT_ADMIN_KEY: 'x'.repeat(32),
    })
    expect(await serve(settings)).toBe(
      'SALLYPORT_HOST may be other than loopback only once each realm is set up. Still to be: eu. Set up on loopback first.\n',
    )
  })
})

test('a local command works on the realm that it is told, and asks which where there are several', async () => {
  const { settings, start, folder, url } = await twoRealms({ SALLYPORT_WORKERS: '1' })
  await (await start()).stop()
  const instance = /ins_\w+/.exec(rowsOf(join(folder, 'us')))?.[0]
  const other = /ins_\w+/.exec(await postgres.server().dump(url))?.[0]
  for (const [words, said] of [
    [['adopt', '--realm', 'us'], instance],
    [['adopt', '--realm=eu'], other],
  ] as const) {
    const done = await run(words, settings)
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining(`(instance ${said})`)])
  }
  const refusals = [
    [['adopt'], 'There are several realms. Say which is meant with --realm: us, eu.\n'],
    [['quarantine', '--force'], 'There are several realms. Say which is meant with --realm: us, eu.\n'],
    [['adopt', '--realm', 'ap'], 'There is no such realm. Realms: us, eu.\n'],
    [['adopt', '--realm'], 'sallyport adopt takes --realm with a value.\n'],
    [['quarantine', '--force=yes', '--realm', 'us'], 'sallyport quarantine takes --force without a value.\n'],
    [['serve', '--realm', 'us'], 'sallyport serve does not take --realm.\n'],
  ] as const
  const refused = await Promise.all(refusals.map(([words]) => run(words, settings)))
  expect(refused).toEqual(refusals.map(([, stderr]) => ({ code: badUsage, stdout: '', stderr })))
})
