import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startSallyport, type TestSallyport } from './sallyport.suite.ts'
import {
  type FileServers,
  fileServers,
  filesOf,
  outcome,
  sftpAccount,
  sftpIntegration,
} from './sftp.suite.ts'

let sallyport: TestSallyport
let servers: FileServers
let account: string

beforeAll(async () => {
  ;[sallyport, servers] = await Promise.all([startSallyport(), fileServers()])
  account = await accountAt(servers.sshd.port)
})
afterAll(async () => {
  await sallyport.close()
  await servers.stop()
})

async function accountAt(port: number): Promise<string> {
  const { hostKey, userKey, sshd } = servers
  const integration = await sftpIntegration(sallyport, port, { hostKey: hostKey.fingerprint })
  const secret = { username: sshd.username, privateKey: userKey.privateKey }
  return (await sftpAccount(sallyport, integration, secret)).id
}

const at = (path: string) => join(servers.sshd.files, path)
const files = () => filesOf(sallyport, account)

/** A call whose body and reply the test handles piece by piece. */
function openCall(
  method: string,
  path: string,
  {
    headers = {},
    id = account,
    agent = false,
  }: { headers?: Record<string, string>; id?: string; agent?: Agent | false } = {},
) {
  const request = httpRequest(`${sallyport.origin}/sftp/${id}${path}`, {
    method,
    agent,
    headers: { authorization: `Bearer ${sallyport.adminKey}`, ...headers },
  })
  request.on('error', () => undefined)
  const reply = once(request, 'response').then(([message]) => message as IncomingMessage)
  reply.catch(() => undefined)
  return { request, reply }
}

describe('128 MB pass in bounded memory', () => {
  const block = randomBytes(65_536)
  const whole = 128 * 1024 * 1024
  const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024)

  async function upload(path: string): Promise<number> {
    const { request, reply } = openCall('PUT', path)
    const before = process.memoryUsage().rss
    let grown = 0
    for (let sent = 0; sent < whole; sent += block.length) {
      if (!request.write(block)) await once(request, 'drain')
      grown = Math.max(grown, process.memoryUsage().rss - before)
    }
    request.end()
    expect([201, 204]).toContain((await reply).statusCode)
    return megabytes(grown)
  }

  async function download(path: string): Promise<{ received: number; grown: number }> {
    const { request, reply } = openCall('GET', path)
    request.end()
    const before = process.memoryUsage().rss
    let [received, grown] = [0, 0]
    for await (const chunk of (await reply) as AsyncIterable<Buffer>) {
      expect(chunk[0]).toBe(block[received % block.length])
      received += chunk.length
      grown = Math.max(grown, process.memoryUsage().rss - before)
    }
    return { received, grown: megabytes(grown) }
  }

  test('up and down', async () => {
    // The first pass fills the memory that the process then works with, whatever passes.
    await upload('/large')
    await download('/large')
    expect(await upload('/large')).toBeLessThan(64)
    expect(statSync(at('large')).size).toBe(whole)
    const { received, grown } = await download('/large')
    expect(received).toBe(whole)
    expect(grown).toBeLessThan(64)
  })
})

describe('a PUT that breaks off', () => {
  test('leaves the old file, and nothing besides', async () => {
    await files()('PUT', '/broken/kept', { body: 'the old one' })
    const { request } = openCall('PUT', '/broken/kept')
    request.write('x'.repeat(2_000_000))
    await expect.poll(() => readdirSync(at('broken')).length).toBe(2)
    expect(readFileSync(at('broken/kept'), 'utf8')).toBe('the old one')
    request.destroy()
    await expect.poll(() => readdirSync(at('broken'))).toEqual(['kept'])
    expect(readFileSync(at('broken/kept'), 'utf8')).toBe('the old one')
  })

  test('takes the folders away that it made', async () => {
    const { request } = openCall('PUT', '/fresh/deep/file', { headers: { 'content-length': '5000000' } })
    request.write('x'.repeat(1_000_000))
    await expect.poll(() => existsSync(at('fresh/deep')) && readdirSync(at('fresh/deep')).length).toBe(1)
    request.destroy()
    await expect.poll(() => existsSync(at('fresh'))).toBe(false)
  })

  test('at the server is cleaned up over another connection', async () => {
    await files()('PUT', '/cut/kept', { body: 'the old one' })
    const relay = await relayTo(servers.sshd.port)
    const id = await accountAt(relay.port)
    const { request, reply } = openCall('PUT', '/cut/kept', { id })
    request.write('x'.repeat(2_000_000))
    await expect.poll(() => readdirSync(at('cut')).length).toBe(2)
    relay.cut()
    request.end('x'.repeat(2_000_000))
    expect((await reply).statusCode).toBe(502)
    expect(readdirSync(at('cut'))).toEqual(['kept'])
    expect(readFileSync(at('cut/kept'), 'utf8')).toBe('the old one')
  })
})

test('the connection of an upload that failed takes the next call', async () => {
  const relay = await relayTo(servers.sshd.port)
  const id = await accountAt(relay.port)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  const refused = openCall('PUT', '/refused/file', { id, agent })
  refused.request.write('x'.repeat(2_000_000))
  // All that was sent has arrived, so that only the caller is waited for.
  const arrived = () => readdirSync(at('')).includes('refused') && readdirSync(at('refused')).map(sizeOf)
  const sizeOf = (name: string) => statSync(at(`refused/${name}`)).size
  await expect.poll(arrived).toEqual([2_000_000])
  relay.cut()
  const reply = await refused.reply
  expect(reply.statusCode).toBe(502)
  reply.resume()
  refused.request.end('x'.repeat(2_000_000))
  const next = openCall('GET', '/', { id, agent })
  next.request.end()
  expect((await next.reply).statusCode).toBe(200)
})

test('a reader who leaves lets go of the server', async () => {
  writeFileSync(at('leaving'), Buffer.alloc(50_000_000))
  const relay = await relayTo(servers.sshd.port)
  const id = await accountAt(relay.port)
  await expect.poll(() => relay.open.size).toBe(0)
  const { request, reply } = openCall('GET', '/leaving', { id })
  request.end()
  await once(await reply, 'data')
  expect(relay.open.size).toBe(1)
  request.destroy()
  await expect.poll(() => relay.open.size).toBe(0)
})

test('a server that closes half-way cuts the reply, so that half is never taken for the whole', async () => {
  writeFileSync(at('half'), Buffer.alloc(50_000_000))
  const relay = await relayTo(servers.sshd.port)
  const id = await accountAt(relay.port)
  const { request, reply } = openCall('GET', '/half', { id })
  request.end()
  const message = await reply
  await once(message, 'data')
  relay.cut()
  await expect(drained(message)).rejects.toThrow(/aborted/)
})

test('a server that hangs ends with the time that the caller gives', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const relay = await relayTo(servers.sshd.port)
  const id = await accountAt(relay.port)
  relay.leadTo(port)
  const headers = { 'sallyport-timeout': '300ms' }
  for (const method of ['GET', 'PUT', 'DELETE']) {
    expect(outcome(await filesOf(sallyport, id)(method, '/x', { headers }))).toBe('504 upstream_timeout')
  }
  await expect.poll(() => relay.open.size).toBe(0)
})

test('thirty calls of an account at once all have their turn', async () => {
  const call = files()
  const replies = await Promise.all(Array.from({ length: 30 }, () => call('GET', '/')))
  expect(new Set(replies.map(outcome))).toEqual(new Set(['200']))
})

interface Relay {
  readonly port: number
  readonly open: ReadonlySet<Socket>
  leadTo(port: number): void
  /** Breaks every connection. */
  cut(): void
}

/** A port of its own in front of a server. */
async function relayTo(target: number): Promise<Relay> {
  const open = new Set<Socket>()
  let to = target
  const server = createServer((socket) => {
    const onward = connect(to, '127.0.0.1')
    open.add(socket)
    socket.pipe(onward).pipe(socket)
    for (const each of [socket, onward]) each.on('error', () => each.destroy())
    onward.on('close', () => socket.destroy())
    socket.on('close', () => {
      open.delete(socket)
      onward.destroy()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  onTestFinished(() => {
    server.close()
    cut()
  })
  const { port } = server.address() as { port: number }
  return {
    port,
    open,
    leadTo: (next) => {
      to = next
    },
    cut,
  }
}

async function drained(message: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    message.on('error', reject)
    message.pipe(createWriteStream('/dev/null')).on('finish', resolve)
  })
}
