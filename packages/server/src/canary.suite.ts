import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  canary,
  filesIn,
  findCanaries,
  type LoopbackProvider,
  loopbackProvider,
  Plaintexts,
  type ReceivedRequest,
  type ScriptedReply,
} from '@sallyport/testkit'
import { backup } from './backup.suite.ts'
import { send, startSallyport, type TestReply, type TestSallyport } from './sallyport.suite.ts'

/** What a test asks, besides method, path and body. */
export interface AskOptions {
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** The reply is where the secret belongs: it is shown to the test and not searched. */
  readonly handsOut?: true
}

/** A Sallyport that is given nothing but canaries for secrets, and whose every word is searched for them. */
export interface Canaries {
  readonly sallyport: TestSallyport
  readonly provider: LoopbackProvider
  readonly clientSecret: string
  readonly apiToken: string
  readonly password: string
  readonly parameter: string
  ask(method: string, path: string, body?: unknown, options?: AskOptions): Promise<TestReply>
  /** A definition for client credentials, and one for people; `more` is for its `auth`. */
  machine(more?: object): { auth: Record<string, unknown> }
  person(more?: object): { auth: Record<string, unknown> }
  /** An integration's key, defined as this; the client's secret is the canary. */
  integration(definition: object): Promise<string>
  /** An account's id. */
  account(integration: string, input?: object): Promise<string>
  /** A secret that Sallyport made, not to be seen from now on. */
  made(name: string, value: string | null | undefined): string
  /** A text that somebody outside gets to read, which is searched as replies are. */
  read(where: string, text: string): void
  /** Secrets in replies and in the log since the last time, each with its place. */
  leaks(): string[]
  /** The same for the files of the data folder, and for a backup that is made now. */
  leaksInFiles(options?: { readonly withBackup: boolean }): Promise<string[]>
  close(): Promise<void>
}

export async function startCanaries(environment: Readonly<Record<string, string>> = {}): Promise<Canaries> {
  const clientSecret = canary('client secret')
  const [apiToken, password, parameter] = [
    canary('API token'),
    canary('password'),
    canary('secret parameter'),
  ]
  const provider = await loopbackProvider({ behaviour: { clients: [{ clientId: 'client', clientSecret }] } })
  const settings = { ...environment, SALLYPORT_ADMIN_KEY: canary('admin key') }
  const sallyport = await startSallyport(settings)
  const made = new Plaintexts()
  const found: string[] = []
  let [logged, count] = [0, 0]

  const search = (where: string, text: string) => {
    for (const name of new Set([...findCanaries(text), ...made.foundInText(text)]))
      found.push(`${name} in ${where}`)
  }
  const ask: Canaries['ask'] = async (
    method,
    path,
    body,
    { key = sallyport.adminKey, headers = {}, handsOut } = {},
  ) => {
    const url = /^https?:/.test(path) ? path : `${sallyport.origin}${path}`
    const reply = await send(url, method, body, { key, headers })
    const shown = [...reply.headers].map((pair) => pair.join(': ')).join('\n')
    if (!handsOut) search(`the reply to ${method} ${path.slice(0, 60)}`, `${shown}\n\n${reply.text}`)
    return reply
  }

  const { origin } = provider
  const client = { type: 'oauth2', tokenUrl: `${origin}/token`, clientId: 'client', clientSecret }
  return {
    sallyport,
    provider,
    clientSecret,
    apiToken,
    password,
    parameter,
    ask,
    machine: (more = {}) => ({
      baseUrl: `${origin}/open`,
      auth: { ...client, grant: 'client_credentials', ...more },
    }),
    person: (more = {}) => ({
      baseUrl: `${origin}/open`,
      auth: { ...client, authorizationUrl: `${origin}/authorize`, ...more },
    }),
    async integration(definition) {
      count += 1
      const { body } = await expected(
        201,
        ask('POST', '/v1/integrations', { key: `i${count}`, name: 'I', ...definition }),
      )
      return body.key
    },
    async account(integration, input = {}) {
      const { body } = await expected(201, ask('POST', '/v1/accounts', { integration, name: 'A', ...input }))
      return body.id
    },
    made(name, value) {
      if (!value) throw new Error(`There is no ${name}.`)
      made.add(name, value)
      return value
    },
    read: search,
    leaks() {
      const log = sallyport.logged()
      for (const line of log.slice(logged).split('\n')) search(`the log: ${line.slice(0, 400)}`, line)
      logged = log.length
      return found.splice(0)
    },
    async leaksInFiles({ withBackup } = { withBackup: true }) {
      for (const file of filesIn(sallyport.dataFolder)) {
        search(file, readFileSync(join(sallyport.dataFolder, file), 'latin1'))
      }
      if (withBackup) {
        const file = join(sallyport.dataFolder, 'backup.gz')
        await backup({ ...settings, SALLYPORT_DATA_DIR: sallyport.dataFolder }, file)
        search('the backup', gunzipSync(readFileSync(file)).toString())
        rmSync(file)
      }
      return found.splice(0)
    },
    async close() {
      await sallyport.close()
      await provider.close()
    },
  }
}

async function expected(status: number, asked: Promise<TestReply>): Promise<TestReply> {
  const reply = await asked
  if (reply.status !== status) throw new Error(`${reply.status} in place of ${status}: ${reply.text}`)
  return reply
}

export const inBody = { clientAuthentication: 'body' }

/** Tokens that an account's owner brings. */
export function living() {
  return { secret: { accessToken: canary('access token'), refreshToken: canary('refresh token') } }
}

/** A token endpoint's success, with tokens that are looked for. */
export function issue(more: object = {}): ScriptedReply {
  const [access_token, refresh_token] = [canary('access token'), canary('refresh token')]
  return json(200, { access_token, refresh_token, token_type: 'Bearer', expires_in: 3600, ...more })
}

export function json(status: number, value: unknown): ScriptedReply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}

/** All that a request brought, in the forms in which servers quote it. */
export function quoted({ headers, body, query, form }: ReceivedRequest): string {
  const { authorization = '' } = headers
  const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
  return [authorization, basic, body, query, ...form.values()].join(' ')
}
