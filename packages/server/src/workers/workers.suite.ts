import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { request as startRequest } from 'node:http'
import { type LoopbackProvider, loopbackProvider } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { type SallyportProcess, spawnSallyport } from '../process.suite.ts'

/** A node with several workers, as `npm start` runs it. */
export interface WorkerNode {
  readonly process: SallyportProcess
  /** Processes of the workers that serve now. */
  workers(): readonly number[]
  /** On a connection of its own, so that any worker may answer. */
  request(method: string, path: string, body?: unknown, key?: string): Promise<WorkerReply>
  /** As many at once, each on a connection of its own. */
  requests(count: number, path: string, key?: string): Promise<readonly WorkerReply[]>
}

export interface WorkerReply {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: a reply of whatever shape the test asks about
  readonly body: any
}

/** Starts one, and ends it with the test at the latest. */
export async function workerNode(
  workers: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<WorkerNode> {
  const process = await spawnSallyport({ SALLYPORT_WORKERS: String(workers), ...environment })
  onTestFinished(async () => void (await process.kill()))
  const request: WorkerNode['request'] = (method, path, body, key = process.adminKey) =>
    send(`${process.origin}${path}`, { method, body, key })
  return {
    process,
    workers: () => childrenOf(process.pid),
    request,
    requests: (count, path, key) =>
      Promise.all(Array.from({ length: count }, () => request('GET', path, undefined, key))),
  }
}

/** An API that wants a token, behind a definition of the node. */
export async function apiBehind(node: WorkerNode): Promise<{ api: LoopbackProvider; account: string }> {
  const api = await loopbackProvider()
  api.script('ANY /api/*', { status: 200 })
  onTestFinished(() => api.close())
  const definition = { key: 'api', name: 'API', baseUrl: `${api.origin}/api`, auth: { type: 'api_token' } }
  await node.request('POST', '/v1/integrations', definition)
  const secret = { token: 'token-of-the-api' }
  const { body } = await node.request('POST', '/v1/accounts', { integration: 'api', name: 'A', secret })
  return { api, account: body.id }
}

function send(
  url: string,
  { method, body, key }: { readonly method: string; readonly body: unknown; readonly key: string },
): Promise<WorkerReply> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers = {
    authorization: `Bearer ${key}`,
    ...(text !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    }),
  }
  return new Promise((resolve, reject) => {
    const request = startRequest(url, { method, headers, agent: false }, (reply) => {
      let received = ''
      reply.setEncoding('utf8').on('data', (chunk: string) => {
        received += chunk
      })
      reply.on('error', reject)
      reply.on('end', () => {
        const isJson = /json/.test(reply.headers['content-type'] ?? '')
        resolve({
          status: reply.statusCode ?? 0,
          text: received,
          body: isJson && received !== '' ? JSON.parse(received) : undefined,
        })
      })
    })
    request.on('error', reject)
    request.end(text)
  })
}

/** Whether a process is there and has not ended: somebody may still have to take notice of its end. */
export function isRunning(pid: number): boolean {
  return stateOf(pid) !== undefined
}

/** Which of these processes has a connection from this local port of the loopback address. */
export function ownerOf(port: number, processes: readonly number[]): number | undefined {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'latin1').split('\n')
  const row = rows.map((line) => line.trim().split(/\s+/)).find(([, address]) => address === local)
  const socket = `socket:[${row?.[9]}]`
  return processes.find((pid) =>
    readdirSync(`/proc/${pid}/fd`).some((descriptor) => linkOf(`/proc/${pid}/fd/${descriptor}`) === socket),
  )
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    // Closed since it was listed.
    return undefined
  }
}

/** Processes that another has started. */
export function childrenOf(parent: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return all.map(Number).filter((pid) => stateOf(pid)?.parent === parent)
}

function stateOf(pid: number): { readonly parent: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : { parent: Number(parent) }
  } catch {
    return undefined
  }
}
