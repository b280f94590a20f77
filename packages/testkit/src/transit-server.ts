import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Listening, listen } from './listen.ts'
import { bodyOf } from './request-body.ts'

/** What stands against answers. */
export type Outage = 'sealed' | 'reset' | 'silent' | 'garbage' | 'redirect'

interface TransitKey {
  readonly versions: Buffer[]
  deletionAllowed: boolean
}

interface Token {
  expiresAt: number | undefined
  readonly renewable: boolean
}

interface Reply {
  readonly status: number
  readonly body?: object
}

interface Asked {
  readonly method: string
  /** Below `/v1/`. */
  readonly path: string
  readonly token: string | undefined
  readonly input: Readonly<Record<string, unknown>>
}

export interface TransitServerOptions {
  readonly now?: () => number
  readonly namespace?: string
  /** Seconds that a token of the role lives. */
  readonly tokenSeconds?: number
  /** As an old server does, which knows no associated data. */
  readonly ignoresAssociatedData?: boolean
}

/**
 * Stands in for the transit secrets engine of Vault and OpenBao: tokens that end, a role to log in with, keys with versions,
 * associated data that is held to. Its keys are made by whoever runs it, except for what may be made below `<key>-`.
 */
export class TransitServer {
  readonly token = `hvs.${randomBytes(18).toString('hex')}`
  readonly role = { roleId: 'role-of-sallyport', secretId: randomBytes(18).toString('hex') }
  readonly keys = new Map<string, TransitKey>()
  /** `METHOD path`, one each. */
  readonly asked: string[] = []
  outage: Outage | undefined
  readonly #tokens = new Map<string, Token>([[this.token, { expiresAt: undefined, renewable: false }]])
  readonly #options: TransitServerOptions
  #listening: Listening | undefined

  constructor(options: TransitServerOptions = {}) {
    this.#options = options
  }

  static async start(options: TransitServerOptions = {}): Promise<TransitServer> {
    const server = new TransitServer(options)
    server.makeKey('sallyport')
    server.#listening = await listen((request, response) => server.#answer(request, response))
    return server
  }

  get origin(): string {
    return this.#listening?.origin ?? ''
  }

  get connections(): number {
    return this.#listening?.connections ?? 0
  }

  close(): Promise<void> {
    return this.#listening?.close() ?? Promise.resolve()
  }

  makeKey(name: string): void {
    this.keys.set(name, { versions: [randomBytes(32)], deletionAllowed: false })
  }

  /** A new version of a key: older ones still open what they wrapped. */
  rotate(name: string): void {
    this.keys.get(name)?.versions.push(randomBytes(32))
  }

  revokeTokens(): void {
    for (const token of this.#tokens.keys()) if (token !== this.token) this.#tokens.delete(token)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/^\/v1\//, '')
    this.asked.push(`${request.method} ${path}`)
    const text = await bodyOf(request)
    if (this.outage === 'reset') return this.#listening?.reset(response)
    if (this.outage === 'silent') return
    if (this.outage === 'garbage') return void response.writeHead(200).end('<html>not here</html>')
    if (this.outage === 'redirect') {
      return void response.writeHead(307, { location: 'http://127.0.0.1:1/v1/' }).end()
    }
    const { status, body } = this.outage ? errors(503, 'Vault is sealed') : this.#reply(request, path, text)
    response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body))
  }

  #reply(request: IncomingMessage, path: string, text: string): Reply {
    const { headers, method = '' } = request
    if (headers['x-vault-request'] !== 'true') return errors(412, 'required header is missing')
    if (headers['x-vault-namespace'] !== this.#options.namespace) return errors(404, 'no such namespace')
    if (text !== '' && headers['content-type'] !== 'application/json') return errors(400, 'not JSON')
    const input = text === '' ? {} : JSON.parse(text)
    const given = headers['x-vault-token']
    const asked = { method, path, input, token: typeof given === 'string' ? given : undefined }
    if (`${method} ${path}` === 'POST auth/approle/login') return this.#logIn(asked)
    if (!this.#isGood(asked.token)) return errors(403, 'permission denied')
    if (`${method} ${path}` === 'POST auth/token/renew-self') return this.#renew(asked)
    const [, verb = '', name = '', rest] = /^transit\/(\w+)\/([\w-]+)(\/config)?$/.exec(path) ?? []
    if (method === 'POST' && verb === 'encrypt') return this.#encrypt(name, asked)
    if (method === 'POST' && verb === 'decrypt') return this.#decrypt(name, asked)
    if (verb === 'keys') return this.#keysReply(`${method}${rest ?? ''}`, name, asked)
    return errors(404, 'no handler for route')
  }

  #logIn({ input }: Asked): Reply {
    if (input.role_id !== this.role.roleId || input.secret_id !== this.role.secretId) {
      return errors(400, 'invalid role or secret ID')
    }
    const token = `hvs.${randomBytes(18).toString('hex')}`
    this.#tokens.set(token, { expiresAt: this.#ends(), renewable: true })
    return { status: 200, body: { auth: this.#auth(token) } }
  }

  #renew({ token = '' }: Asked): Reply {
    const found = this.#tokens.get(token)
    if (!found?.renewable) return errors(400, 'lease is not renewable')
    found.expiresAt = this.#ends()
    return { status: 200, body: { auth: this.#auth(token) } }
  }

  #encrypt(name: string, { input }: Asked): Reply {
    const key = this.keys.get(name)
    // Without the capability `create` a key that is missing is not made by the way.
    if (!key) return errors(403, 'permission denied')
    const version = key.versions.length
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key.versions[version - 1] ?? '', nonce)
    cipher.setAAD(this.#associated(input))
    const bytes = cipher.update(Buffer.from(`${input.plaintext}`, 'base64'))
    cipher.final()
    const text = Buffer.concat([nonce, bytes, cipher.getAuthTag()]).toString('base64')
    return { status: 200, body: { data: { ciphertext: `vault:v${version}:${text}`, key_version: version } } }
  }

  #decrypt(name: string, { input }: Asked): Reply {
    const key = this.keys.get(name)
    if (!key) return errors(400, 'encryption key not found')
    const [, version = '0', text = ''] = /^vault:v(\d+):(.+)$/.exec(`${input.ciphertext}`) ?? []
    const bytes = Buffer.from(text, 'base64')
    try {
      const decipher = createDecipheriv(
        'aes-256-gcm',
        key.versions[Number(version) - 1] ?? '',
        bytes.subarray(0, 12),
        { authTagLength: 16 },
      )
      decipher.setAAD(this.#associated(input)).setAuthTag(bytes.subarray(-16))
      const plaintext = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
      return { status: 200, body: { data: { plaintext: plaintext.toString('base64') } } }
    } catch {
      return errors(400, 'cipher: message authentication failed')
    }
  }

  #keysReply(what: string, name: string, { input }: Asked): Reply {
    const key = this.keys.get(name)
    if (what === 'POST') {
      if (!name.startsWith('sallyport-')) return errors(403, 'permission denied')
      if (!key) this.makeKey(name)
      return { status: 200, body: { data: { name, type: input.type } } }
    }
    if (what === 'GET') return key ? { status: 200, body: { data: { name } } } : errors(404)
    if (!key) return errors(400, 'no existing key named')
    if (what === 'POST/config') {
      key.deletionAllowed = input.deletion_allowed === true
      return { status: 200, body: { data: { name } } }
    }
    if (what !== 'DELETE') return errors(405, 'unsupported operation')
    if (!key.deletionAllowed) return errors(400, 'deletion is not allowed for this key')
    this.keys.delete(name)
    return { status: 204 }
  }

  #associated({ associated_data: data }: Asked['input']): Buffer {
    const isIgnored = this.#options.ignoresAssociatedData || typeof data !== 'string'
    return isIgnored ? Buffer.alloc(0) : Buffer.from(data, 'base64')
  }

  #isGood(token: string | undefined): boolean {
    const found = this.#tokens.get(token ?? '')
    return found !== undefined && (found.expiresAt ?? Number.POSITIVE_INFINITY) > this.#now()
  }

  #auth(token: string) {
    const { tokenSeconds = 3600 } = this.#options
    return { client_token: token, lease_duration: tokenSeconds, renewable: true }
  }

  #ends(): number {
    return this.#now() + (this.#options.tokenSeconds ?? 3600) * 1000
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}

function errors(status: number, ...said: string[]): Reply {
  return { status, body: { errors: said } }
}
