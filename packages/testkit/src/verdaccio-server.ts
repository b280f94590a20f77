import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { childServer } from './child-server.ts'
import { type Front, front } from './front.ts'

/** What a package registry may be given. */
export interface VerdaccioServerOptions {
  username?: string
  password?: string
  /** How long a token lasts; without it tokens do not expire. */
  tokenLifetimeSeconds?: number
}

/** Verdaccio, a package registry whose log-in is a request of its own shape. */
export interface VerdaccioServer {
  readonly origin: string
  readonly username: string
  readonly password: string
  /**
   * `PUT` with `{"name", "password"}` in JSON and the same as Basic answers 201 with `token`. Without Basic it
   * registers a name that is new, and is 409 for one that is known.
   */
  readonly loginUrl: string
  /** By `Bearer <token>`: the user's `username`; with another or none 200 without a name. */
  readonly whoamiUrl: string
  /** By `Bearer <token>`: the user's profile; anything else is 401. */
  readonly profileUrl: string
  readonly processId: number
  received(route?: string): ReturnType<Front['received']>
  forget(): void
  close(): Promise<void>
}

// Run by a Node of its own: Verdaccio's loggers and caches belong to a process, not to a server.
const source = `
const lines = require('node:readline').createInterface({ input: process.stdin })
lines.on('close', () => process.exit())
lines.once('line', async (line) => {
  const { verdaccio, configuration } = JSON.parse(line)
  const server = await require(verdaccio).runServer(configuration)
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
})`

/** Starts Verdaccio with one user, no packages and no registry behind it. */
export async function verdaccioServer(options: VerdaccioServerOptions = {}): Promise<VerdaccioServer> {
  const { username = 'ann', password = 'open sesame', tokenLifetimeSeconds } = options
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-verdaccio-'))
  const removeFolder = () => rm(folder, { recursive: true, force: true })
  try {
    const digest = createHash('sha1').update(password).digest('base64')
    await writeFile(join(folder, 'htpasswd'), `${username}:{SHA}${digest}\n`)
    const verdaccio = createRequire(import.meta.url).resolve('verdaccio')
    const settings = { verdaccio, configuration: configuration(folder, tokenLifetimeSeconds) }
    const server = await childServer({ program: process.execPath, args: ['-e', source], settings })
    const { origin, received, forget, close } = await front(server)
    return {
      origin,
      username,
      password,
      loginUrl: `${origin}/-/user/org.couchdb.user:${encodeURIComponent(username)}`,
      whoamiUrl: `${origin}/-/whoami`,
      profileUrl: `${origin}/-/npm/v1/user`,
      processId: server.processId,
      received,
      forget,
      close: () => close().finally(removeFolder),
    }
  } catch (cause) {
    await removeFolder()
    throw cause
  }
}

function configuration(folder: string, tokenLifetimeSeconds: number | undefined) {
  const token = { jwt: { sign: { expiresIn: `${tokenLifetimeSeconds}s` } } }
  return {
    configPath: join(folder, 'config.yaml'),
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: {},
    packages: { '**': { access: '$authenticated', publish: '$authenticated' } },
    web: { enabled: false },
    userRateLimit: { windowMs: 1000, max: 10_000 },
    log: { type: 'stdout', format: 'json', level: 'fatal' },
    ...(tokenLifetimeSeconds === undefined ? {} : { security: { api: { legacy: false, ...token } } }),
  }
}
