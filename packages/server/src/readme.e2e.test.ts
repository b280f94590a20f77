import { execFile } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launch, type SallyportProcess, spawnSallyport } from './process.suite.ts'
import { freePort, send } from './sallyport.suite.ts'

/** All that the walk may need besides bash: curl, the Node that Sallyport runs on, and what every Unix has. */
const programs = ['curl', 'node', 'grep', 'mktemp']
const placeholder = 'TOKEN=the-token-behind-the-#'

let server: SallyportProcess
let folder: string
let blocks: string[]
let printed: string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-readme-'))
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const port = await portWithPractice()
  server = await spawnSallyport(
    {
      SALLYPORT_PORT: String(port),
      SALLYPORT_PRACTICE: 'on',
      SALLYPORT_ADMIN_KEY: '',
      SALLYPORT_ALLOWED_PRIVATE_CIDRS: '',
    },
    join(folder, 'data'),
  )
  const token = await server.setupToken()
  blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) =>
    block
      .replace(placeholder, `TOKEN=${token}`)
      .replaceAll('13300', String(port + 10_000))
      .replaceAll('3300', String(port)),
  )
  printed = await pasted(blocks)
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

test('the walk connects an account and calls the API through Sallyport', () => {
  const [definition, me] = replies(printed[2])
  expect(definition).toMatchObject({ key: 'practice', secretsSet: ['/auth/clientSecret'] })
  expect(me).toMatchObject({ subject: 'practice', tokenNumber: expect.any(Number) })
})

test('renewing raises the number of the token, as it says', () => {
  const [before] = replies(printed[2]).slice(-1)
  const [generation, after] = replies(printed[3])
  expect(generation).toBe(2)
  expect(after.tokenNumber).toBe(before.tokenNumber + 1)
})

test('a token that the API forgot costs the caller nothing but the wait: one call, one 200, one generation more', () => {
  const text = printed[4] ?? ''
  expect(text.match(/^HTTP\/1\.1 .*$/gm)?.map((line) => line.trim())).toEqual(['HTTP/1.1 200 OK'])
  expect(text).toContain('"forgotten":{"tokenNumber":2}')
  expect(text).toContain('"tokenNumber":3')
  expect(text.trimEnd()).toMatch(/\n3$/)
})

test('an app calls by its adapter, with the key of a profile', () => {
  const [profiles, unbound, me] = replies(printed[7])
  expect([profiles, unbound, me]).toEqual([
    3,
    0,
    expect.objectContaining({ tokenNumber: expect.any(Number) }),
  ])
})

test('the authorization ends connected, and its account calls the API', () => {
  const [redirectUri = '', start] = (printed[5] ?? '').split('\n')
  expect(redirectUri).toBe(`${server.origin}/callback/${redirectUri.split('/').at(-1)}`)
  expect(start).toMatch(new RegExp(`^${redirectUri}/start/[\\w-]{43}$`))
  expect(printed[6]).toContain('<h1>Practice with login is connected</h1>')
  expect(printed[6]).toContain('"subject":"practice@example.test"')
})

test('the walk is whole: every block of the page was run, and the token is all that had to be filled in', () => {
  expect(blocks).toHaveLength(8)
  expect(printed.slice(0, 2).map((text) => text.trim())).toEqual(['', expect.stringMatching(/^sp_org_\w+$/)])
  expect(blocks.join('\n')).not.toMatch(/the-token|<[a-z-]+>|…/)
})

test('a second start by mistake says that another one runs, and leaves the first one’s link alone', async (context) => {
  const settings = { SALLYPORT_ADMIN_KEY: '', SALLYPORT_PORT: String(await freePort()) }
  const first = await spawnSallyport(settings, join(folder, 'twice'))
  context.onTestFinished(() => void first.kill())

  const second = launch({ ...settings, SALLYPORT_DATA_DIR: first.dataFolder })
  expect((await second.ended).code).toBe(78)
  expect(second.stderr()).toContain('is in use by another Sallyport')

  const token = await first.setupToken()
  const reply = await send(`${first.origin}/setup`, 'POST', { token }, { key: null, headers: {} })
  expect(reply.status).toBe(201)
  await first.stop()
})

/** What each block printed: one bash for all, as one who pastes them has, that finds only these programs. */
async function pasted(given: readonly string[]): Promise<string[]> {
  const path = join(folder, 'bin')
  mkdirSync(path)
  for (const program of programs)
    symlinkSync(program === 'node' ? process.execPath : found(program), join(path, program))
  const mark = '=== end of block ==='
  const script = given.map((block) => `${block}\necho; echo '${mark}'\n`).join('')
  const { stdout, stderr } = await promisify(execFile)(
    found('bash'),
    ['--noprofile', '--norc', '-c', script],
    {
      cwd: folder,
      env: { PATH: path, TMPDIR: folder },
    },
  )
  expect(stderr).toBe('')
  return stdout.split(`\n${mark}\n`).slice(0, given.length)
}

/** The replies that a block printed, a line each. */
// biome-ignore lint/suspicious/noExplicitAny: replies of every shape
function replies(text = ''): any[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

function found(program: string): string {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((place) => join(place, program))
  const path = candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  if (!path) throw new Error(`The walk needs ${program}, which is not installed.`)
  return path
}

/** A free port beside which the practice provider finds its own, ten thousand above. */
async function portWithPractice(): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (port <= 55_535) return port
  }
}
