import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net'
import { selfSignedCertificate } from '@sallyport/testkit'
import { onTestFinished } from 'vitest'
import { parseCidrs } from '../destination/address.ts'
import { type ParsedUrl, parseUrl } from '../destination/url.ts'
import { createEgress, type Egress, type EgressOptions } from './egress.ts'

/** A server on loopback that counts what reaches it, closed when the test ends. */
export interface TestServer {
  readonly port: number
  readonly origin: string
  connections: number
  readonly requests: { method: string; url: string; headers: Record<string, unknown>; body: string }[]
  readonly open: Set<Socket>
}

export const loopback = parseCidrs('127.0.0.0/8').ranges

export function httpServer(answer: RequestListener, host?: string, port?: number): Promise<TestServer> {
  return recorded(createServer(), 'http', answer, { host, port })
}

export function httpsServer(answer: RequestListener, options: ServerOptions): Promise<TestServer> {
  return recorded(createSecureServer(options), 'https', answer, {})
}

export async function socketServer(onSocket: (socket: Socket) => void): Promise<TestServer> {
  const server = createSocketServer(onSocket)
  return listening(server, 'http', {})
}

/** For localhost and 127.0.0.1; trusted by nobody who was not given it. */
export async function certificate(): Promise<{ cert: string; key: string }> {
  const { certificate: cert, privateKey: key } = await selfSignedCertificate()
  return { cert, key }
}

export function testEgress(options: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress({ allowedPrivate: loopback, exemptOrigins: new Set(), ...options })
  onTestFinished(() => egress.close())
  return egress
}

export function address(text: string): ParsedUrl {
  const url = parseUrl(text)
  if (!url) throw new TypeError(text)
  return url
}

/** A lookup that gives these answers in turn, the last one for ever. */
export function answering(...answers: readonly string[][]) {
  let asked = 0
  const lookup = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? []
    return answer.map((ip) => ({ address: ip, family: ip.includes(':') ? 6 : 4 }))
  }
  return Object.assign(lookup, { asked: () => asked })
}

async function recorded(
  server: ReturnType<typeof createServer>,
  scheme: string,
  answer: RequestListener,
  where: { host?: string | undefined; port?: number | undefined },
): Promise<TestServer> {
  const record = await listening(server, scheme, where)
  server.on('request', async (message, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk as Buffer)
    record.requests.push({
      method: message.method ?? '',
      url: message.url ?? '',
      headers: message.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    })
    await answer(message, response)
  })
  return record
}

async function listening(
  server: Server,
  scheme: string,
  where: { host?: string | undefined; port?: number | undefined },
): Promise<TestServer> {
  const open = new Set<Socket>()
  const host = where.host ?? '127.0.0.1'
  server.listen(where.port ?? 0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const record: TestServer = {
    port,
    origin: `${scheme}://${host}:${port}`,
    connections: 0,
    requests: [],
    open,
  }
  server.on('connection', (socket: Socket) => {
    record.connections++
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
  })
  onTestFinished(async () => {
    for (const socket of open) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return record
}
