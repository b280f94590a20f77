import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Certificate } from './certificate.ts'
import { freePort } from './daemon.ts'
import { pathOf } from './program.ts'

const run = promisify(execFile)

export interface PostgresServerOptions {
  /** Speaks TLS, too. */
  readonly tls?: Certificate
  /** In place of what is set here, which is for tests: they need no durability and little memory. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A PostgreSQL of its own in a temporary folder, on a port of 127.0.0.1. */
export interface PostgresServer {
  readonly port: number
  /** Who owns the databases and may nothing else, as programs should. */
  readonly user: string
  readonly password: string
  /** All of its files, the log of what was written among them. */
  readonly folder: string
  /** Of its main process; every connection has one of its own below that. */
  pid(): number | undefined
  /** Makes an empty database of that user, and gives its URL. */
  createDatabase(): Promise<string>
  /** The same database by its superuser, whom no policy for rows binds. */
  asSuperuser(url: string): string
  /** What a statement of the superuser answers, as text: columns apart by `|`, rows by newlines. */
  query(url: string, statement: string): Promise<string>
  /** Everything in a database, as `pg_dump` writes it. */
  dump(url: string): Promise<string>
  /** Puts what was dumped in place of what a database holds. */
  restore(url: string, dump: string): Promise<void>
  /** What it has logged. */
  log(): string
  /** Ends it and every connection at once, as a crash does; its data stay. */
  crash(): Promise<void>
  /** Starts it again on the same port. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  close(): Promise<void>
}

/** Starts one. It takes a second: share it among the tests of a file. */
export async function postgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'))
  const password = randomBytes(12).toString('hex')
  const port = await freePort()
  const cluster = new Cluster(folder, port, options.settings ?? {})
  await cluster.create(password, options.tls)
  const user = 'sallyport'
  const address = (database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
  const asSuperuser = (url: string) => url.replace(/\/\/[^@]+@/, `//${superuser}:${password}@`)
  const client = async (program: string, url: string, args: readonly string[]) => {
    const whole = ['-d', asSuperuser(url), ...args]
    return (await run(cluster.program(program), whole, { maxBuffer: 2 ** 28 })).stdout.trimEnd()
  }
  const query = (url: string, statement: string) =>
    client('psql', url, ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', statement])
  await cluster.start()
  await query(address('postgres'), `create role ${user} login password '${password}'`)
  return {
    port,
    user,
    password,
    folder,
    pid: () => cluster.pid,
    async createDatabase() {
      const name = `test_${randomBytes(8).toString('hex')}`
      await query(address('postgres'), `create database ${name} owner ${user}`)
      return address(name)
    },
    asSuperuser,
    query,
    dump: (url) => client('pg_dump', url, []),
    async restore(url, dump) {
      const file = join(folder, `${randomBytes(8).toString('hex')}.sql`)
      const empty = `drop schema public cascade; create schema public authorization ${user};`
      writeFileSync(file, `${empty}\n${dump}\n`)
      await client('psql', url, ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-f', file])
      rmSync(file)
    },
    log: () => cluster.log(),
    crash: () => cluster.end('SIGQUIT'),
    start: () => cluster.start(),
    async close() {
      await cluster.end('SIGQUIT')
      cluster.remove()
    },
  }
}

const superuser = 'postgres'

/** The files and the process. PostgreSQL refuses to run as root, and does so as nobody. */
class Cluster {
  readonly #folder: string
  readonly #port: number
  readonly #settings: Readonly<Record<string, string>>
  readonly #owner = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  readonly #programs = dirname(pathOf(postgres))
  #child: ChildProcess | undefined
  #log = ''

  constructor(folder: string, port: number, settings: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#port = port
    this.#settings = settings
    process.once('exit', this.#atExit)
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  program(name: string): string {
    return join(this.#programs, name)
  }

  log(): string {
    return this.#log
  }

  async create(password: string, tls: Certificate | undefined): Promise<void> {
    this.#own(this.#folder, 0o700)
    this.#write('password', password)
    if (tls) this.#write('server.crt', tls.certificate)
    if (tls) this.#write('server.key', tls.privateKey)
    const data = join(this.#folder, 'data')
    const settings = ['-U', superuser, '-A', 'scram-sha-256', '--pwfile', join(this.#folder, 'password')]
    // A language that does not sort by bytes: what depends on the order must say so itself.
    const language = ['-E', 'UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US']
    const output = { ...this.#owner, cwd: this.#folder }
    await run(this.program('initdb'), ['-D', data, '--no-sync', ...settings, ...language], output)
  }

  async start(): Promise<void> {
    const file = (name: string) => join(this.#folder, name)
    const settings = {
      listen_addresses: '127.0.0.1',
      port: this.#port,
      unix_socket_directories: '',
      shared_buffers: '16MB',
      max_connections: 200,
      deadlock_timeout: '20ms',
      // Of no use where the machine does not crash.
      fsync: 'off',
      ...this.#settings,
      ...(existsSync(file('server.key')) && {
        ssl: 'on',
        ssl_cert_file: file('server.crt'),
        ssl_key_file: file('server.key'),
      }),
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(this.program('postgres'), ['-D', file('data'), ...args], {
      ...this.#owner,
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString()
      })
    }
    this.#child = child
    while (!this.#answers()) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL did not start.\n${this.#log}`)
      await wait(50)
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  remove(): void {
    process.off('exit', this.#atExit)
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  #answers(): boolean {
    try {
      execFileSync(this.program('pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(this.#port)])
      return true
    } catch {
      return false
    }
  }

  #write(name: string, text: string): void {
    const file = join(this.#folder, name)
    writeFileSync(file, text)
    this.#own(file, 0o600)
  }

  #own(path: string, mode: number): void {
    chmodSync(path, mode)
    const { uid, gid } = this.#owner
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
  }

  readonly #atExit = () => {
    this.#child?.kill('SIGQUIT')
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const debian = '/usr/lib/postgresql'
const postgres = {
  name: 'PostgreSQL’s server',
  variable: 'POSTGRES_PATH',
  usualPlaces: existsSync(debian)
    ? readdirSync(debian).map((version) => `${debian}/${version}/bin/postgres`)
    : [],
  debianPackage: 'postgresql',
}
