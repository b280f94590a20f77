import { Secret } from '../secret.ts'
import { type Answer, ask, isOutOfOrder, objectAt, outOfOrder, refused, textAt } from './ask.ts'
import type { KeyServicePorts } from './key-service.ts'
import type { TransitSettings } from './settings.ts'

type AppRole = Extract<TransitSettings['login'], { readonly roleId: string }>

/** Of a token's life this part is waited for before it is renewed. */
const partOfLife = 2 / 3
const shortestWaitSeconds = 5
/** A timer cannot wait for longer. */
const longestWaitSeconds = 2_000_000
/** As if it lived so long: where nobody answers, it is tried again. */
const retrySeconds = 30

/** Logged in at a Vault, with a token that is kept alive. */
export class TransitSession {
  readonly #ports: KeyServicePorts
  readonly #settings: TransitSettings
  #token: Promise<Secret> | undefined

  constructor(ports: KeyServicePorts, settings: TransitSettings) {
    this.#ports = ports
    this.#settings = settings
  }

  /** A question below `/v1/`. A token that ended before its time is replaced once, where there is a role to do so. */
  async ask(method: string, path: string, input?: object): Promise<Answer> {
    const token = this.#current()
    const answer = await this.#send(method, path, input, await token)
    if (answer.status !== 403 || 'token' in this.#settings.login) return answer
    if (this.#token === token) this.#token = undefined
    return this.#send(method, path, input, await this.#current())
  }

  #current(): Promise<Secret> {
    if (this.#token) return this.#token
    const begun = this.#begin()
    this.#token = begun
    begun.catch(() => {
      if (this.#token === begun) this.#token = undefined
    })
    return begun
  }

  async #begin(): Promise<Secret> {
    const { login } = this.#settings
    if ('token' in login) {
      // How long it lives only its renewal tells; one that cannot be renewed serves as long as it does.
      void this.#keepAlive(login.token, 0)
      return login.token
    }
    const { token, seconds } = await this.#logIn(login)
    if (seconds > 0) void this.#keepAlive(token, seconds)
    return token
  }

  async #logIn({ mount, roleId, secretId }: AppRole): Promise<{ token: Secret; seconds: number }> {
    const { id } = this.#settings
    const input = { role_id: roleId, secret_id: secretId.reveal() }
    const answer = await this.#send('POST', `auth/${mount}/login`, input)
    const auth = objectAt(answer.fields, 'auth')
    const text = textAt(auth, 'client_token')
    if (isOutOfOrder(answer)) throw outOfOrder(id, `login: ${answer.status}`)
    if (answer.status !== 200 || text === undefined) throw refused(id, `login: ${answer.status}`)
    return { token: new Secret(text), seconds: renewableFor(auth) }
  }

  /** Renews it before its end, as long as that is granted and it is in use. */
  async #keepAlive(token: Secret, lifetimeSeconds: number): Promise<void> {
    let seconds = lifetimeSeconds
    do {
      if (seconds > 0) await this.#ports.timers.wait(waitFor(seconds))
      if (this.#token && (await this.#token.catch(() => undefined)) !== token) return
      seconds = await this.#renew(token)
    } while (seconds > 0)
  }

  /** For how long it lives then; 0: it is not renewed again. */
  async #renew(token: Secret): Promise<number> {
    try {
      const answer = await this.#send('POST', 'auth/token/renew-self', {}, token)
      if (isOutOfOrder(answer)) return retrySeconds
      return answer.status === 200 ? renewableFor(objectAt(answer.fields, 'auth')) : 0
    } catch {
      return retrySeconds
    }
  }

  #send(method: string, path: string, input?: object, token?: Secret): Promise<Answer> {
    const { id, address, namespace } = this.#settings
    return ask(this.#ports, {
      id,
      method,
      url: `${address}/v1/${path}`,
      headers: {
        'x-vault-request': 'true',
        ...(token && { 'x-vault-token': token.reveal() }),
        ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
        ...(input && { 'content-type': 'application/json' }),
      },
      body: input && JSON.stringify(input),
    })
  }
}

/** Seconds for which a token lives unless it is renewed; 0 where it cannot be, or need not. */
function renewableFor({ renewable, lease_duration: seconds }: Answer['fields']): number {
  return renewable === true && typeof seconds === 'number' ? seconds : 0
}

function waitFor(seconds: number): number {
  return Math.min(Math.max(seconds * partOfLife, shortestWaitSeconds), longestWaitSeconds) * 1000
}
