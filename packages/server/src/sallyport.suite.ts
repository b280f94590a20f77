import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import { compose } from './compose.ts'
import { readConfig } from './config.ts'

/** A reply to a test's request, its body parsed where it is JSON. */
export interface TestReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  readonly body: any
}

/** A whole Sallyport in this process: real HTTP, real database, its own data folder. */
export interface TestSallyport {
  readonly origin: string
  readonly adminKey: string
  readonly dataFolder: string
  readonly practiceOrigin: string | undefined
  /** Everything that was logged, as text. */
  logged(): string
  /** A call with the admin key, or with another, or with none (`null`). */
  request(
    method: string,
    path: string,
    body?: unknown,
    options?: { readonly key?: string | null; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<TestReply>
  /** Does the work that is due by its clock, without waiting for the next second; with a clock of its own only then. */
  runDue(): Promise<void>
  /** Stops it, within so many milliseconds; with `keep` the data folder stays for a next start. */
  close(options?: { readonly keep?: boolean; readonly drain?: number }): Promise<void>
}

/** Starts one. Loopback addresses are allowed, so that it reaches the testkit's providers; `clock` is its wall clock. */
export async function startSallyport(
  environment: Readonly<Record<string, string>> = {},
  folder = mkdtempSync(join(tmpdir(), 'sallyport-')),
  clock?: { now(): number },
): Promise<TestSallyport> {
  const adminKey = `admin-${randomBytes(24).toString('hex')}`
  const port = Number(environment.SALLYPORT_PORT ?? (await freePort()))
  const read = readConfig({
    SALLYPORT_PORT: String(port),
    SALLYPORT_DATA_DIR: folder,
    SALLYPORT_ADMIN_KEY: adminKey,
    SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.0/8',
    SALLYPORT_PRACTICE: 'off',
    ...environment,
  })
  if ('faults' in read) throw new Error(read.faults.join(' '))
  const lines: string[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  // A clock that stands still has no seconds that pass.
  const standing = clock && { clock, everySecond: () => () => undefined }
  const sallyport = await compose(read.config, pino({ level: 'trace' }, sink), standing)
  await sallyport.app.listen({ host: '127.0.0.1', port })
  const origin = read.config.publicUrl
  let closed: Promise<void> | undefined
  return {
    origin,
    adminKey: environment.SALLYPORT_ADMIN_KEY ?? adminKey,
    dataFolder: folder,
    practiceOrigin: sallyport.practiceOrigin,
    logged: () => lines.join(''),
    request: (method, path, body, options = {}) =>
      send(`http://127.0.0.1:${port}${path}`, method, body, {
        key: options.key === undefined ? (environment.SALLYPORT_ADMIN_KEY ?? adminKey) : options.key,
        headers: options.headers ?? {},
      }),
    async runDue() {
      await sallyport.broker.flush()
      await sallyport.broker.runDue()
    },
    async close({ keep = false, drain } = {}) {
      closed ??= sallyport.close(drain)
      await closed
      if (!keep) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One request, and its whole reply. */
export async function send(
  url: string,
  method: string,
  body: unknown,
  { key, headers }: { readonly key: string | null; readonly headers: Readonly<Record<string, string>> },
): Promise<TestReply> {
  const isText = typeof body === 'string'
  const reply = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
  })
  const text = await reply.text()
  const isJson = /[/+]json/.test(reply.headers.get('content-type') ?? '')
  return { status: reply.status, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

/** A port that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
