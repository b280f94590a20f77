import { connect, type Socket } from 'node:net'
import { cpuSeconds } from './cpu-seconds.ts'
import { MessageReader } from './message-reader.ts'
import { replyBytes } from './requests.ts'

/** What to send, and for how long. */
export interface LoadOrder {
  readonly port: number
  readonly request: string
  readonly connections: number
  /** Before measuring: connections are made and code is compiled. */
  readonly leadInMilliseconds: number
  readonly milliseconds: number
  /** The server under test. */
  readonly pid: number
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly cpuSeconds: number | undefined
  readonly failures: number
  readonly firstFailure: string | undefined
}

const drainMilliseconds = 5_000

// Orders are all that this process waits for.
process.channel?.ref()
process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})

/** Keeps every connection busy with one request at a time, and lets the last ones end. */
async function run(order: LoadOrder): Promise<LoadResult> {
  const request = Buffer.from(order.request)
  const tally = { replies: 0, failures: 0, firstFailure: undefined as string | undefined }
  let stopping = false
  const fail = (what: string) => {
    tally.failures += 1
    tally.firstFailure ??= what
  }
  const connection = (): Promise<void> =>
    new Promise((resolve) => {
      const socket: Socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true })
      const reader = new MessageReader((head, bodyBytes) => {
        if (head.startsWith('HTTP/1.1 200') && bodyBytes === replyBytes) tally.replies += 1
        else fail(`${bodyBytes} bytes after:\n${head}`)
        if (stopping) socket.destroy()
        else socket.write(request)
      })
      socket.on('connect', () => socket.write(request))
      socket.on('data', (chunk: Buffer) => reader.push(chunk))
      socket.on('end', () => fail('the server closed a connection'))
      socket.on('error', (error) => fail(error.message))
      socket.on('close', () => resolve())
    })
  const connections = Promise.all(Array.from({ length: order.connections }, connection))

  await delay(order.leadInMilliseconds)
  const before = reading(order.pid, tally.replies)
  await delay(order.milliseconds)
  const after = reading(order.pid, tally.replies)
  stopping = true
  await Promise.race([connections, delay(drainMilliseconds)])

  const cpu = before.cpu === undefined || after.cpu === undefined ? undefined : after.cpu - before.cpu
  return {
    requests: after.replies - before.replies,
    seconds: after.at - before.at,
    cpuSeconds: cpu,
    failures: tally.failures,
    firstFailure: tally.firstFailure,
  }
}

function reading(pid: number, replies: number) {
  return { at: performance.now() / 1000, cpu: cpuSeconds(pid), replies }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
