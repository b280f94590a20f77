import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { printedLine, startProgram } from './children.ts'
import { upstreamCredentials } from './requests.ts'

/** A Sallyport that serves with its defaults, and what it takes to call through it. */
export interface MeasuredSallyport {
  readonly pid: number
  readonly port: number
  readonly key: string
  /** Accounts' ids. */
  readonly apiToken: string
  readonly oauth2: string
}

interface StartOptions {
  readonly core: string | undefined
  readonly dataFolder: string
  readonly upstreamPort: number
  readonly nodeOptions?: readonly string[]
}

/** Starts the product itself, and defines two integrations and an account of each over its API. */
export async function startSallyport(options: StartOptions): Promise<MeasuredSallyport> {
  const port = await freePort()
  const adminKey = randomBytes(24).toString('hex')
  const child = startProgram({
    path: '../../packages/server/dist/main.js',
    args: ['serve'],
    core: options.core,
    ...(options.nodeOptions && { nodeOptions: options.nodeOptions }),
    environment: {
      SALLYPORT_PORT: String(port),
      SALLYPORT_DATA_DIR: options.dataFolder,
      SALLYPORT_ADMIN_KEY: adminKey,
      // The one departure from the defaults: the upstream is on this machine.
      SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.1/32',
    },
  })
  await printedLine(child, /listens on/)
  const create = creator(`http://127.0.0.1:${port}/v1`, adminKey)
  const baseUrl = `http://127.0.0.1:${options.upstreamPort}`
  const { apiToken, clientId, clientSecret } = upstreamCredentials

  await create('integrations', { key: 'benchToken', name: 'Token', baseUrl, auth: { type: 'api_token' } })
  await create('integrations', {
    key: 'benchOauth',
    name: 'OAuth',
    baseUrl,
    auth: {
      type: 'oauth2',
      grant: 'client_credentials',
      tokenUrl: `${baseUrl}/token`,
      clientId,
      clientSecret,
    },
  })
  const first = await create('accounts', {
    integration: 'benchToken',
    name: 'a',
    secret: { token: apiToken },
  })
  const second = await create('accounts', { integration: 'benchOauth', name: 'b' })
  const key = await create('keys', { name: 'bench', scopes: ['proxy:call'] })
  return { pid: child.pid ?? 0, port, key: key.key ?? '', apiToken: first.id ?? '', oauth2: second.id ?? '' }
}

interface Created {
  readonly id?: string
  readonly key?: string
}

function creator(base: string, adminKey: string) {
  return async (noun: string, input: unknown): Promise<Created> => {
    const reply = await fetch(`${base}/${noun}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    })
    if (reply.status !== 201) throw new Error(`POST /v1/${noun}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as Created
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
