import { nextMessage, startProgram } from './children.ts'
import type { Cores } from './cores.ts'
import { requestText, upstreamCredentials, type Workload } from './requests.ts'
import { startSallyport } from './sallyport.ts'

/** A server that is measured. */
export interface Contender {
  readonly name: string
  readonly pid: number
  readonly port: number
  request(workload: Workload): string
}

export const passThrough = 'pass-through'

/** Starts all of them; each waits on the server's core until it is its turn. */
export async function startContenders(cores: Cores | undefined, dataFolder: string): Promise<Contender[]> {
  const behind = await startServer('upstream.js', cores?.others)
  const direct = await startServer('upstream.js', cores?.server)
  const bare = await startServer('pass-through.js', cores?.server, [`http://127.0.0.1:${behind.port}`])
  const sallyport = await startSallyport({ core: cores?.server, dataFolder, upstreamPort: behind.port })
  const { apiToken } = upstreamCredentials
  return [
    contender('upstream', direct, '/v1/things', apiToken),
    contender(passThrough, bare, '/v1/things', apiToken),
    contender('Sallyport, api_token', sallyport, `/proxy/${sallyport.apiToken}/v1/things`, sallyport.key),
    contender('Sallyport, oauth2', sallyport, `/proxy/${sallyport.oauth2}/v1/things`, sallyport.key),
  ]
}

interface Server {
  readonly pid: number
  readonly port: number
}

function contender(name: string, { pid, port }: Server, path: string, token: string): Contender {
  return { name, pid, port, request: (workload) => requestText(workload, port, path, token) }
}

async function startServer(
  path: string,
  core: string | undefined,
  args: readonly string[] = [],
): Promise<Server> {
  const child = startProgram({ path, core, args })
  const { port } = await nextMessage<{ port: number }>(child)
  return { pid: child.pid ?? 0, port }
}
