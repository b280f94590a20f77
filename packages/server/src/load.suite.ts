import {
  canary,
  type Dice,
  dice,
  type LoopbackProvider,
  type Plaintexts,
  walkOverHttp,
} from '@sallyport/testkit'
import type { SallyportProcess } from './process.suite.ts'
import { send, type TestReply } from './sallyport.suite.ts'

/** What a client can know of a thing: a request without an answer may have been carried out, or not. */
type Certainty = 'yes' | 'no' | 'perhaps'

/** Something else changed it meanwhile, or only a person can help. */
const conflict = 409
/**
 * A kill took the answer to its last renewal: its refresh token is left alone while the access token is of use, and for
 * the pause after an attempt.
 */
const inDoubt = 503

const kinds = ['token', 'basic', 'machine', 'person'] as const

export interface Integration {
  readonly key: string
  readonly kind: (typeof kinds)[number]
  exists: Certainty
  /** What it may be called: more than one while a change has no answer. */
  names: string[]
}

export interface Account {
  readonly id: string
  readonly integration: Integration
  exists: Certainty
  names: string[]
  /** What its calls may carry, where its owner gave that. */
  credentials: string[]
  /** The highest that a client has read. */
  generation: number
}

export interface Key {
  readonly id: string
  readonly text: string
  exists: Certainty
}

export interface LoadOptions {
  readonly provider: LoopbackProvider
  readonly clientSecret: string
  readonly plaintexts: Plaintexts
  readonly seed: number
}

/** A client that changes everything it can, one thing after another, and keeps in mind what it was told. */
export class Client {
  readonly integrations: Integration[] = []
  readonly accounts: Account[] = []
  readonly keys: Key[] = []
  readonly #options: LoadOptions
  readonly #name: string
  readonly #dice: Dice
  #server: SallyportProcess | undefined
  #moment: () => void = () => undefined
  #count = 0

  constructor(name: string, options: LoadOptions) {
    this.#name = name
    this.#options = options
    this.#dice = dice(options.seed)
  }

  /** Works until the server is gone; `moment` is called at each request sent and each answer read. */
  async work(server: SallyportProcess, moment: () => void): Promise<void> {
    this.#server = server
    this.#moment = moment
    let gone = false
    void server.ended.then(() => {
      gone = true
    })
    const actions = [
      () => this.#createIntegration(),
      () => this.#createAccount(),
      () => this.#createAccount(),
      () => this.#createAccount(),
      () => this.#createKey(),
      () => this.#rename(this.#dice.pick(this.integrations), 'integrations'),
      () => this.#rename(this.#anyAccount(), 'accounts'),
      () => this.#replaceSecret(this.#anyAccount('token')),
      () => this.#renewUnderCalls(this.#anyAccount('person')),
      () => this.#renewUnderCalls(this.#anyAccount('machine')),
      () => this.#call(this.#anyAccount()),
      () => this.#deleteAccount(this.#anyAccount()),
      () => this.#revokeKey(this.#dice.pick(this.keys)),
      () =>
        this.#dice.roll(4) === 0 ? this.#deleteIntegration(this.#dice.pick(this.integrations)) : undefined,
    ]
    while (!gone) {
      try {
        await this.#dice.pick(actions)?.()
      } catch (error) {
        if (!brokeOff(error)) throw error
        await server.ended
      }
    }
  }

  #anyAccount(kind?: Integration['kind']): Account | undefined {
    return this.#dice.pick(
      this.accounts.filter(
        ({ exists, integration }) => exists === 'yes' && (kind ?? integration.kind) === integration.kind,
      ),
    )
  }

  async #createIntegration(): Promise<Integration> {
    this.#count += 1
    const key = `${this.#name}n${this.#count}`
    const kind = kinds[this.#count % kinds.length] ?? 'token'
    const integration: Integration = { key, kind, exists: 'perhaps', names: [key] }
    this.integrations.push(integration)
    await this.#send('POST', '/v1/integrations', { key, name: key, ...this.#definition(kind) })
    integration.exists = 'yes'
    return integration
  }

  #definition(kind: Integration['kind']): object {
    const { provider, clientSecret } = this.#options
    const { origin } = provider
    if (kind === 'token' || kind === 'basic') {
      return {
        baseUrl: `${origin}/open`,
        parameters: [{ name: 'tenant', required: true, secret: true }],
        auth: { type: kind === 'token' ? 'api_token' : 'basic' },
        request: { headers: { 'X-Tenant': '{tenant}' } },
      }
    }
    const client = { type: 'oauth2', tokenUrl: `${origin}/token`, clientId: 'client', clientSecret }
    const rest =
      kind === 'machine' ? { grant: 'client_credentials' } : { authorizationUrl: `${origin}/authorize` }
    return { baseUrl: `${origin}/api`, auth: { ...client, ...rest } }
  }

  async #createAccount(): Promise<void> {
    const existing = this.integrations.filter(({ exists }) => exists === 'yes')
    const integration = existing.length < 4 ? await this.#createIntegration() : this.#dice.pick(existing)
    if (!integration) return
    const name = this.#secret('name')
    const { secret, parameters, wire } = this.#given(integration.kind)
    const input = { integration: integration.key, name, secret, parameters }
    const { body } = await this.#send('POST', '/v1/accounts', input)
    const account: Account = {
      id: body.id,
      integration,
      exists: 'yes',
      names: [name],
      credentials: [wire],
      generation: body.generation,
    }
    this.accounts.push(account)
    if (integration.kind === 'person') await this.#authorize(account)
  }

  #given(kind: Integration['kind']) {
    if (kind === 'machine' || kind === 'person') return { wire: '' }
    const [token, tenant] = [this.#kept('token or password'), this.#kept('secret parameter')]
    const parameters = { tenant }
    if (kind === 'token') return { secret: { token }, parameters, wire: `Bearer ${token}` }
    const wire = `Basic ${Buffer.from(`user:${token}`).toString('base64')}`
    return { secret: { username: 'user', password: token }, parameters, wire }
  }

  async #authorize(account: Account): Promise<void> {
    const { body } = await this.#send('POST', `/v1/accounts/${account.id}/authorize`, {})
    const { page } = await walkOverHttp(body.authorizationUrl, { login: 'ada' })
    this.#moment()
    if (page?.status !== 200) throw new Error(`The authorization ended with ${page?.status}: ${page?.body}`)
    account.generation = Math.max(account.generation, 1)
  }

  async #createKey(): Promise<void> {
    const input = { name: this.#name, scopes: ['integrations:read'] }
    const { body } = await this.#send('POST', '/v1/keys', input)
    this.#options.plaintexts.add('key', body.key)
    this.keys.push({ id: body.id, text: body.key, exists: 'yes' })
  }

  async #rename(thing: Integration | Account | undefined, path: 'integrations' | 'accounts'): Promise<void> {
    if (thing?.exists !== 'yes') return
    const [before, name] = [thing.names, this.#secret('name')]
    thing.names = [...before, name]
    const id = 'key' in thing ? thing.key : thing.id
    const { status } = await this.#send('PATCH', `/v1/${path}/${id}`, { name }, conflict)
    thing.names = status !== conflict ? [name] : before
  }

  async #replaceSecret(account: Account | undefined): Promise<void> {
    if (!account) return
    const [before, token] = [account.credentials, this.#kept('token')]
    account.credentials = [...before, `Bearer ${token}`]
    const { status, body } = await this.#send(
      'PATCH',
      `/v1/accounts/${account.id}`,
      { secret: { token } },
      conflict,
    )
    account.credentials = status !== conflict ? [`Bearer ${token}`] : before
    if (status !== conflict) account.generation = Math.max(account.generation, body.generation)
  }

  async #renewUnderCalls(account: Account | undefined): Promise<void> {
    if (!account) return
    const renew = async () => {
      const path = `/v1/accounts/${account.id}/renew`
      const { status, body } = await this.#send('POST', path, undefined, conflict, inDoubt)
      if (status < 300) account.generation = Math.max(account.generation, body.generation)
    }
    // All are waited for, so that none is still under way when the next thing begins.
    const ends = await Promise.allSettled([this.#call(account), renew(), this.#call(account)])
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }

  async #call(account: Account | undefined): Promise<void> {
    if (account) await this.#send('GET', `/proxy/${account.id}/me`, undefined, conflict, inDoubt)
  }

  async #deleteAccount(account: Account | undefined): Promise<void> {
    if (!account || this.#dice.roll(2) === 0) return
    account.exists = 'perhaps'
    await this.#send('DELETE', `/v1/accounts/${account.id}`)
    account.exists = 'no'
  }

  async #revokeKey(key: Key | undefined): Promise<void> {
    if (key?.exists !== 'yes') return
    key.exists = 'perhaps'
    await this.#send('DELETE', `/v1/keys/${key.id}`)
    key.exists = 'no'
  }

  async #deleteIntegration(integration: Integration | undefined): Promise<void> {
    if (integration?.exists !== 'yes') return
    const its = this.accounts.filter(
      (account) => account.integration === integration && account.exists !== 'no',
    )
    for (const thing of [integration, ...its]) thing.exists = 'perhaps'
    await this.#send('DELETE', `/v1/integrations/${integration.key}?cascade=true`)
    for (const thing of [integration, ...its]) thing.exists = 'no'
  }

  #secret(name: string): string {
    return canary(name)
  }

  #kept(name: string): string {
    const value = canary(name)
    this.#options.plaintexts.add(name, value)
    return value
  }

  /** Sends, and expects that it is acknowledged, or refused with one of `refusals`. */
  async #send(method: string, path: string, body?: unknown, ...refusals: number[]): Promise<TestReply> {
    if (!this.#server) throw new Error('There is no server.')
    const sent = send(`${this.#server.origin}${path}`, method, body, {
      key: this.#server.adminKey,
      headers: {},
    })
    this.#moment()
    const reply = await sent
    const isAcknowledged = reply.status >= 200 && reply.status < 300
    if (!isAcknowledged && !refusals.includes(reply.status)) {
      throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`)
    }
    this.#moment()
    return reply
  }
}

/** Whether the connection broke, rather than the server answered with something unexpected. */
function brokeOff(error: unknown): boolean {
  return (
    error instanceof Error && ('code' in error || error.cause instanceof Error || error.name === 'AbortError')
  )
}
