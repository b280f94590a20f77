import { execFile } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { canary, dice, type LoopbackProvider, loopbackProvider, Plaintexts } from '@sallyport/testkit'
import { expect, test } from 'vitest'
import { disagreements } from './aftermath.suite.ts'
import { Client } from './load.suite.ts'
import { launch, type SallyportProcess, spawnSallyport } from './process.suite.ts'
import { freePort, send } from './sallyport.suite.ts'

const clients = 8
const anonymous = { key: null, headers: {} }
const seed = Number(process.env.KILL_SEED ?? randomInt(2 ** 31))

test('ten kills under load lose no acknowledged write, and leave no secret in a file', async (context) => {
  console.error(`Repeat this run with KILL_SEED=${seed}.`)
  const chance = dice(seed)
  const plaintexts = new Plaintexts()
  const clientSecret = canary('client secret')
  plaintexts.add('client secret', clientSecret)
  const provider = await watchedProvider(clientSecret, plaintexts)
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const adminKey = `admin-${randomBytes(24).toString('hex')}`
  plaintexts.add('admin key', adminKey)
  const environment = { SALLYPORT_ADMIN_KEY: adminKey, SALLYPORT_PORT: String(await freePort()) }
  let server: SallyportProcess = await spawnSallyport(environment, folder)
  context.onTestFinished(async () => {
    await server.kill()
    await provider.close()
    rmSync(folder, { recursive: true })
  })
  const crowd = Array.from(
    { length: clients },
    (_, index) => new Client(`c${index}`, { provider, clientSecret, plaintexts, seed: seed + index }),
  )

  for (let round = 1; round <= 10; round += 1) {
    const killed = killAfter(server, 20 + chance.roll(200))
    await Promise.all(crowd.map((client) => client.work(server, killed.moment)))
    await server.ended
    const asItWas = mkdtempSync(join(tmpdir(), 'sallyport-killed-'))
    cpSync(folder, asItWas, { recursive: true })
    expect(plaintexts.foundIn(asItWas), `files after kill ${round}`).toEqual([])

    const verdict = integrity(asItWas)

    server = await spawnSallyport(environment, folder)
    expect(await disagreements({ server, provider }, crowd), `after kill ${round}`).toEqual([])
    expect(await verdict, `database after kill ${round}`).toBe('ok')
    rmSync(asItWas, { recursive: true })
  }

  expect(plaintexts.foundIn(folder)).toEqual([])
  await server.stop()
  expect(plaintexts.foundIn(folder)).toEqual([])
})

test('a first start that was killed, wherever it was, is followed by one that works', async (context) => {
  for (const moment of [1, 2, 4]) {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
    const dataFolder = join(folder, 'data')
    const port = String(await freePort())
    const first = launch({ SALLYPORT_DATA_DIR: dataFolder, SALLYPORT_PORT: port, SALLYPORT_PRACTICE: 'off' })
    context.onTestFinished(async () => {
      await first.kill()
      rmSync(folder, { recursive: true, force: true })
    })
    await changes(dataFolder, moment, first.listening)
    await first.kill()

    const second = await spawnSallyport({ SALLYPORT_PORT: port, SALLYPORT_ADMIN_KEY: '' }, dataFolder)
    context.onTestFinished(() => void second.kill())
    const token = await second.setupToken()
    const reply = await send(`${second.origin}/setup`, 'POST', { token }, anonymous)
    expect(reply.status, `set-up after a kill at change ${moment} of the folder`).toBe(201)
    expect((await second.stop()).code).toBe(0)
  }
})

test('a key file that a cut-off start left empty is made anew while there is no database', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  writeFileSync(join(folder, 'encryption-key'), '', { mode: 0o600 })

  const server = await spawnSallyport({}, folder)
  context.onTestFinished(async () => {
    await server.kill()
    rmSync(folder, { recursive: true })
  })

  expect(readFileSync(join(folder, 'encryption-key'), 'utf8')).toMatch(/^[\w-]+:[\w+/]{43}=\n$/)
})

/** Resolves when a folder's files have changed so many times, or when `ended` does. */
async function changes(folder: string, count: number, ended: Promise<unknown>): Promise<void> {
  let over = false
  void Promise.allSettled([ended]).then(() => {
    over = true
  })
  let [seen, last] = [-1, '']
  while (seen < count && !over) {
    const now = existsSync(folder)
      ? readdirSync(folder).map(
          (file) => `${file} ${statSync(join(folder, file), { throwIfNoEntry: false })?.size}`,
        )
      : []
    if (seen === -1 || now.join() !== last) seen += 1
    last = now.join()
    await turn()
  }
}

/** Kills at the given number of requests sent and answers read, whoever sends and reads them. */
function killAfter(server: SallyportProcess, moments: number) {
  let left = moments
  return {
    moment() {
      left -= 1
      if (left === 0) void server.kill()
    },
  }
}

/** A provider whose every secret is remembered, also those of replies that nobody received. */
async function watchedProvider(clientSecret: string, plaintexts: Plaintexts): Promise<LoopbackProvider> {
  const provider = await loopbackProvider({
    behaviour: {
      clients: [{ clientId: 'client', clientSecret }],
      // So short that calls renew as well.
      accessTokenLifetimeSeconds: 3,
    },
  })
  provider.script('GET /open/*', { status: 200 })
  provider.script('GET /authorize', (request, answer) => {
    plaintexts.add('state', new URLSearchParams(request.query).get('state') ?? '')
    return answer()
  })
  provider.script('POST /token', ({ form }, answer) => {
    for (const name of ['code', 'code_verifier', 'refresh_token']) {
      for (const value of form.getAll(name)) plaintexts.add(name, value)
    }
    const reply = answer()
    const issued: Record<string, unknown> = JSON.parse(String(reply.body))
    for (const name of ['access_token', 'refresh_token']) {
      if (typeof issued[name] === 'string') plaintexts.add(name, issued[name])
    }
    return reply
  })
  return provider
}

/** SQLite's own verdict on a copied folder, by another process than the one that was killed. */
async function integrity(folder: string): Promise<string> {
  const script = `
    import { DatabaseSync } from '@photostructure/sqlite'
    const database = new DatabaseSync(process.argv[1])
    const faults = database.prepare('pragma foreign_key_check').all()
    const { integrity_check } = database.prepare('pragma integrity_check').get()
    process.stdout.write(faults.length > 0 ? JSON.stringify(faults) : integrity_check)`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script, join(folder, 'sallyport.db')],
    { cwd: fileURLToPath(new URL('../../store', import.meta.url)) },
  )
  return stdout
}
