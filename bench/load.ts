import { connect, type Socket } from 'node:net'
import { treeCpuSeconds } from './cpu-seconds.ts'
import { MessageReader } from './message-reader.ts'
import { Pace } from './paced.ts'

/** What is counted as a reply; anything else is a failure. */
export interface Expected {
  readonly status: number
  /** Of its body; undefined where any will do. */
  readonly bytes: number | undefined
}

/** What to send, and for how long. */
export interface LoadOrder {
  readonly port: number
  /** One after the other, over all connections, and from the beginning again. */
  readonly requests: readonly string[]
  readonly expected: Expected
  readonly connections: number
  /** At this rate, with latencies; as fast as replies come where it is undefined. */
  readonly perSecond?: number
  /** Before measuring: connections are made and code is compiled. */
  readonly leadInMilliseconds: number
  readonly milliseconds: number
  /** The server under test; processes below it count. */
  readonly pid: number
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly cpuSeconds: number | undefined
  readonly failures: number
  readonly firstFailure: string | undefined
  /** Milliseconds. */
  readonly latencies?: readonly number[]
}

const drainMilliseconds = 5_000

// Orders are all that this process waits for.
process.channel?.ref()
process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result))
})

/** Keeps every connection busy with one request at a time, and lets the last ones end. */
async function run(order: LoadOrder): Promise<LoadResult> {
  const requests = order.requests.map((text) => Buffer.from(text))
  const { status, bytes } = order.expected
  const start = `HTTP/1.1 ${status} `
  let sent = 0
  const next = () => {
    sent += 1
    return requests[sent % requests.length] ?? ''
  }
  const tally = { replies: 0, failures: 0, firstFailure: undefined as string | undefined }
  let stopping = false
  const fail = (what: string) => {
    tally.failures += 1
    tally.firstFailure ??= what
  }
  const pace =
    order.perSecond === undefined ? undefined : new Pace(order.perSecond, (socket) => socket.write(next()))
  const goOn = (socket: Socket) => {
    if (stopping) socket.destroy()
    else if (pace) pace.free(socket)
    else socket.write(next())
  }
  const connection = (): Promise<void> =>
    new Promise((resolve) => {
      const socket: Socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true })
      const reader = new MessageReader((head, bodyBytes) => {
        if (head.startsWith(start) && (bytes === undefined || bodyBytes === bytes)) tally.replies += 1
        else fail(`${bodyBytes} bytes after:\n${head}`)
        goOn(socket)
      })
      socket.on('connect', () => goOn(socket))
      socket.on('data', (chunk: Buffer) => reader.push(chunk))
      socket.on('end', () => fail('the server closed a connection'))
      socket.on('error', (error) => fail(error.message))
      socket.on('close', () => resolve())
    })
  const connections = Promise.all(Array.from({ length: order.connections }, connection))

  await delay(order.leadInMilliseconds)
  if (pace) pace.isCounting = true
  const before = reading(order.pid, tally.replies)
  await delay(order.milliseconds)
  const after = reading(order.pid, tally.replies)
  stopping = true
  pace?.stop()
  await Promise.race([connections, delay(drainMilliseconds)])

  const cpu = before.cpu === undefined || after.cpu === undefined ? undefined : after.cpu - before.cpu
  return {
    requests: after.replies - before.replies,
    seconds: after.at - before.at,
    cpuSeconds: cpu,
    failures: tally.failures,
    firstFailure: tally.firstFailure,
    ...(pace && { latencies: pace.latencies }),
  }
}

function reading(pid: number, replies: number) {
  return { at: performance.now() / 1000, cpu: treeCpuSeconds(pid), replies }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
