import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { freePort, printedLine, productNodeOptions, startProgram } from './children.ts'

/** The product itself, serving in a process of its own. */
export interface RunningServer {
  readonly child: ChildProcess
  readonly pid: number
  readonly port: number
  /** May do everything. */
  readonly adminKey: string
  /** From its beginning until it listened. */
  readonly startMilliseconds: number
  /** Creates something over the API: `create('keys', {…})`. */
  create(noun: string, input: unknown): Promise<Created>
}

/** What the benchmark needs of what it created. */
export interface Created {
  readonly id?: string
  readonly key?: string
}

export interface ServerOptions {
  readonly core: string | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly nodeOptions?: readonly string[]
}

/** Starts the product as `npm start` does, and comes back when it listens. */
export async function startServer({
  core,
  environment,
  nodeOptions = [],
}: ServerOptions): Promise<RunningServer> {
  const port = await freePort()
  const adminKey = randomBytes(24).toString('hex')
  const began = performance.now()
  const child = startProgram({
    path: '../../packages/server/dist/main.js',
    args: ['serve'],
    core,
    nodeOptions: [...productNodeOptions, ...nodeOptions],
    environment: {
      SALLYPORT_PORT: String(port),
      SALLYPORT_ADMIN_KEY: adminKey,
      // The departures from the defaults: upstreams and providers are on this machine, and so is whoever tries keys.
      SALLYPORT_ALLOWED_PRIVATE_CIDRS: '127.0.0.1/32',
      SALLYPORT_INVALID_KEYS_PER_MINUTE: '9999999',
      ...environment,
    },
  })
  await printedLine(child, /listens on/)
  const startMilliseconds = performance.now() - began
  const create = creator(`http://127.0.0.1:${port}/v1`, adminKey)
  return { child, pid: child.pid ?? 0, port, adminKey, startMilliseconds, create }
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
