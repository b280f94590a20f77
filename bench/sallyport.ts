import { upstreamCredentials } from './requests.ts'
import { type RunningServer, startServer } from './server.ts'

/** A Sallyport that serves with its defaults, and what it takes to call through it. */
export interface MeasuredSallyport {
  readonly pid: number
  readonly port: number
  readonly key: string
  /** Accounts' ids. */
  readonly apiToken: string
  readonly oauth2: string
  readonly create: RunningServer['create']
}

interface StartOptions {
  readonly core: string | undefined
  readonly dataFolder: string
  readonly upstreamPort: number
  readonly nodeOptions?: readonly string[]
  /** As many as the product makes unless said. */
  readonly workers?: number
}

/** Starts the product itself, and defines two integrations and an account of each over its API. */
export async function startSallyport(options: StartOptions): Promise<MeasuredSallyport> {
  const { core, dataFolder, nodeOptions, workers } = options
  const server = await startServer({
    core,
    environment: {
      SALLYPORT_DATA_DIR: dataFolder,
      ...(workers !== undefined && { SALLYPORT_WORKERS: String(workers) }),
    },
    ...(nodeOptions && { nodeOptions }),
  })
  const { pid, port, create } = server
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
  return { pid, port, create, key: key.key ?? '', apiToken: first.id ?? '', oauth2: second.id ?? '' }
}
