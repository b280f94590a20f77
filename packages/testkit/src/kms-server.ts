import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import { type Listening, listen } from './listen.ts'
import { bodyOf } from './request-body.ts'

interface KmsKey {
  readonly id: string
  readonly material: Buffer
  state: 'Enabled' | 'Disabled' | 'PendingDeletion'
  days?: number
}

interface Reply {
  readonly status: number
  readonly body: object
}

type Input = Readonly<Record<string, unknown>>

export interface KmsServerOptions {
  readonly now?: () => number
  readonly sessionToken?: string
}

const skewMilliseconds = 300_000

/**
 * Stands in for AWS KMS: keys, aliases, encryption contexts that are held to, keys that wait for their deletion. Signatures are
 * made again by AWS's own library and compared.
 */
export class KmsServer {
  readonly region = 'eu-central-1'
  readonly accessKeyId = 'AKIDEXAMPLE'
  readonly secretAccessKey = randomBytes(24).toString('base64')
  readonly keys = new Map<string, KmsKey>()
  readonly aliases = new Map<string, string>()
  /** Actions, one each. */
  readonly asked: string[] = []
  outage: 'reset' | 'throttled' | 'broken' | undefined
  readonly #options: KmsServerOptions
  readonly #signer: SignatureV4
  #listening: Listening | undefined

  constructor(options: KmsServerOptions = {}) {
    this.#options = options
    const { accessKeyId, secretAccessKey } = this
    const { sessionToken } = options
    this.#signer = new SignatureV4({
      service: 'kms',
      region: this.region,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      sha256: Sha256,
      applyChecksum: false,
    })
  }

  static async start(options: KmsServerOptions = {}): Promise<KmsServer> {
    const server = new KmsServer(options)
    server.aliases.set('alias/sallyport', server.#makeKey().id)
    server.#listening = await listen((request, response) => server.#answer(request, response))
    return server
  }

  get origin(): string {
    return this.#listening?.origin ?? ''
  }

  close(): Promise<void> {
    return this.#listening?.close() ?? Promise.resolve()
  }

  /** By id or alias. */
  key(name: string): KmsKey | undefined {
    return this.keys.get(this.aliases.get(name) ?? name)
  }

  #makeKey(): KmsKey {
    const key: KmsKey = { id: randomUUID(), material: randomBytes(32), state: 'Enabled' }
    this.keys.set(key.id, key)
    return key
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await bodyOf(request)
    const action = `${request.headers['x-amz-target']}`.replace(/^TrentService\./, '')
    this.asked.push(action)
    if (this.outage === 'reset') return this.#listening?.reset(response)
    const { status, body } = await this.#reply(request, action, text)
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  }

  async #reply(request: IncomingMessage, action: string, text: string): Promise<Reply> {
    if (this.outage === 'throttled') return exception('ThrottlingException')
    if (this.outage === 'broken') return { status: 500, body: { __type: 'KMSInternalException' } }
    const fault = await this.#signatureFault(request, text)
    if (fault) return exception(fault)
    const input: Input = JSON.parse(text)
    const actions: Readonly<Record<string, (given: Input) => Reply>> = {
      Encrypt: (given) => this.#encrypt(given),
      Decrypt: (given) => this.#decrypt(given),
      DescribeKey: ({ KeyId }) => this.#described(this.key(`${KeyId}`)),
      CreateKey: () => this.#described(this.#makeKey()),
      CreateAlias: (given) => this.#createAlias(given),
      DeleteAlias: ({ AliasName }) =>
        this.aliases.delete(`${AliasName}`) ? { status: 200, body: {} } : exception('NotFoundException'),
      ScheduleKeyDeletion: (given) => this.#scheduleDeletion(given),
    }
    return Object.hasOwn(actions, action)
      ? (actions[action]?.(input) ?? exception('InternalFailure'))
      : exception('UnknownOperationException')
  }

  /** The same request signed anew has the same signature, or it is another's, another time's, or was changed. */
  async #signatureFault(
    { headers, method = '' }: IncomingMessage,
    body: string,
  ): Promise<string | undefined> {
    const given = headers.authorization ?? ''
    const names = /SignedHeaders=([^,]+)/.exec(given)?.[1]?.split(';') ?? []
    if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => names.includes(name))) {
      return 'IncompleteSignatureException'
    }
    if (this.#options.sessionToken !== undefined && !names.includes('x-amz-security-token')) {
      return 'UnrecognizedClientException'
    }
    const date = `${headers['x-amz-date']}`
    const signed = new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
    const now = (this.#options.now ?? Date.now)()
    if (!(Math.abs(signed.getTime() - now) < skewMilliseconds)) return 'InvalidSignatureException'
    const again = await this.#signer.sign(
      {
        method,
        protocol: 'http:',
        hostname: new URL(this.origin).hostname,
        path: '/',
        query: {},
        headers: Object.fromEntries(names.map((name) => [name, `${headers[name]}`])),
        body,
      },
      { signingDate: signed },
    )
    return again.headers.authorization === given ? undefined : 'InvalidSignatureException'
  }

  #encrypt({ KeyId, Plaintext, EncryptionContext }: Input): Reply {
    const key = this.key(`${KeyId}`)
    if (!key) return exception('NotFoundException')
    if (key.state !== 'Enabled') return exception('KMSInvalidStateException')
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key.material, nonce).setAAD(canonical(EncryptionContext))
    const bytes = cipher.update(Buffer.from(`${Plaintext}`, 'base64'))
    cipher.final()
    const blob = Buffer.concat([Buffer.from(key.id), nonce, bytes, cipher.getAuthTag()])
    return { status: 200, body: { KeyId: key.id, CiphertextBlob: blob.toString('base64') } }
  }

  #decrypt({ KeyId, CiphertextBlob, EncryptionContext }: Input): Reply {
    const blob = Buffer.from(`${CiphertextBlob}`, 'base64')
    const key = this.key(`${KeyId}`)
    if (!key) return exception('NotFoundException')
    if (key.state !== 'Enabled') return exception('KMSInvalidStateException')
    if (blob.toString('latin1', 0, 36) !== key.id) return exception('IncorrectKeyException')
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.material, blob.subarray(36, 48), {
        authTagLength: 16,
      })
      decipher.setAAD(canonical(EncryptionContext)).setAuthTag(blob.subarray(-16))
      const plaintext = Buffer.concat([decipher.update(blob.subarray(48, -16)), decipher.final()])
      return { status: 200, body: { KeyId: key.id, Plaintext: plaintext.toString('base64') } }
    } catch {
      return exception('InvalidCiphertextException')
    }
  }

  #described(key: KmsKey | undefined): Reply {
    if (!key) return exception('NotFoundException')
    return { status: 200, body: { KeyMetadata: { KeyId: key.id, KeyState: key.state } } }
  }

  #createAlias({ AliasName, TargetKeyId }: Input): Reply {
    if (this.aliases.has(`${AliasName}`)) return exception('AlreadyExistsException')
    this.aliases.set(`${AliasName}`, `${TargetKeyId}`)
    return { status: 200, body: {} }
  }

  #scheduleDeletion({ KeyId, PendingWindowInDays }: Input): Reply {
    const key = this.keys.get(`${KeyId}`)
    if (!key) return exception('NotFoundException')
    if (key.state === 'PendingDeletion') return exception('KMSInvalidStateException')
    key.state = 'PendingDeletion'
    key.days = Number(PendingWindowInDays)
    return { status: 200, body: { KeyId: key.id, KeyState: key.state } }
  }
}

function exception(name: string): Reply {
  return { status: 400, body: { __type: `com.amazonaws.kms#${name}` } }
}

function canonical(context: unknown): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(Object(context)).sort()))
}

/** In the shape that the library wants it. */
class Sha256 {
  readonly #hash

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    if (secret === undefined) this.#hash = createHash('sha256')
    else this.#hash = createHmac('sha256', bytesIn(secret))
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesIn(data))
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }

  reset(): void {
    throw new Error('Made anew for each digest.')
  }
}

function bytesIn(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data)
}
