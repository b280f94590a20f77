import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { cookieJar, type FakeClock, fakeClock } from '@sallyport/testkit'
import pino from 'pino'
import { compose } from './compose.ts'
import { readConfig } from './config.ts'
import { freePort } from './sallyport.suite.ts'

export const owner = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'an engine of difference' }

/** A Sallyport without an operator's key, whose clock moves only when it is told to. */
export interface OwnSallyport {
  readonly origin: string
  readonly clock: FakeClock
  readonly dataFolder: string
  /** The token that was printed. */
  readonly setupToken: string
  /** How many hashes of passwords were computed. */
  hashes(): number
  logged(): string
  browser(): TestBrowser
  /** The first owner's browser, logged in. */
  ownersBrowser(): Promise<TestBrowser>
  runDue(): Promise<void>
  close(): Promise<void>
}

export interface PageReply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  readonly body: any
}

export type Fields = Readonly<Record<string, string>>

/** What browsers do: keep cookies, and say where a request comes from. */
export interface TestBrowser {
  readonly jar: ReturnType<typeof cookieJar>
  cookie(): string | undefined
  get(path: string, headers?: Fields): Promise<PageReply>
  post(path: string, form: Fields, headers?: Fields): Promise<PageReply>
  /** A form of the page at `path`, with what it keeps unseen. */
  submit(path: string, action: string, form: Fields): Promise<PageReply>
  /** As a script of ours does it, with the session's own token. */
  json(method: string, path: string, body?: unknown, headers?: Fields): Promise<PageReply>
  csrf: string | undefined
}

export async function startWithoutKey(environment: Fields = {}): Promise<OwnSallyport> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'sallyport-'))
  const port = await freePort()
  const read = readConfig({
    SALLYPORT_PORT: String(port),
    SALLYPORT_DATA_DIR: dataFolder,
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
  const clock = fakeClock()
  const standing = { clock, everySecond: () => () => undefined }
  const sallyport = await compose(read.config, pino({ level: 'trace' }, sink), standing)
  const setupToken = await sallyport.broker.setup.offer()
  await sallyport.app.listen({ host: '127.0.0.1', port })
  const origin = `http://127.0.0.1:${port}`
  return {
    ...{ origin, clock, dataFolder, setupToken },
    hashes: () => sallyport.broker.login.hashes(),
    logged: () => lines.join(''),
    browser: () => testBrowser(origin),
    async ownersBrowser() {
      const browser = testBrowser(origin)
      const reply = await browser.post('/setup', { token: setupToken, ...owner })
      if (reply.status !== 201) throw new Error(reply.text)
      browser.csrf = csrfIn((await browser.get('/account')).text)
      return browser
    },
    async runDue() {
      await sallyport.broker.flush()
      await sallyport.broker.runDue()
    },
    async close() {
      await sallyport.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** The token in a page's forms. */
export function csrfIn(html: string): string | undefined {
  return hiddenIn(html, 'csrf')
}

export function hiddenIn(html: string, name: string): string | undefined {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]
}

/** A browser with nothing in it, at a Sallyport. */
export function testBrowser(origin: string): TestBrowser {
  const jar = cookieJar()
  async function send(method: string, path: string, body: string | undefined, headers: Fields) {
    const url = new URL(path, origin)
    const cookie = jar.header(url)
    const reply = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin', ...(cookie && { cookie }), ...headers },
      ...(body !== undefined && { body }),
    })
    for (const each of reply.headers.getSetCookie()) jar.set(url, each)
    const text = await reply.text()
    const isJson = /[/+]json/.test(reply.headers.get('content-type') ?? '')
    return { status: reply.status, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined }
  }
  const browser: TestBrowser = {
    jar,
    csrf: undefined,
    cookie: () => jar.header(origin),
    get: (path, headers = {}) => send('GET', path, undefined, headers),
    post: (path, form, headers = {}) =>
      send('POST', path, new URLSearchParams(form).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      }),
    async submit(path, action, form) {
      const { text } = await browser.get(path)
      const csrf = csrfIn(text)
      return browser.post(action, { ...(csrf !== undefined && { csrf }), ...form })
    },
    json: (method, path, body, headers = {}) =>
      send(method, path, body === undefined ? undefined : JSON.stringify(body), {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(browser.csrf !== undefined && { 'sallyport-csrf': browser.csrf }),
        ...headers,
      }),
  }
  return browser
}
