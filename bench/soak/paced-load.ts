import { connect, type Socket } from 'node:net'
import { MessageReader } from '../message-reader.ts'
import { Pace } from '../paced.ts'

/** Requests at an even pace, over connections that are kept open. */
export interface PacedLoad {
  readonly replies: number
  readonly failures: readonly string[]
  /** Lets the last ones end. */
  stop(): Promise<void>
}

const lookAgainMilliseconds = 10
const keptFailures = 5

/** `perSecond` undefined: as fast as they are answered. */
export function pacedLoad(
  port: number,
  request: string,
  { connections, perSecond }: { readonly connections: number; readonly perSecond: number | undefined },
): PacedLoad {
  const bytes = Buffer.from(request)
  const failures: string[] = []
  const open = new Set<Socket>()
  let [replies, stopping] = [0, false]

  const fail = (what: string) => {
    if (failures.length < keptFailures) failures.push(what)
  }
  const send = (socket: Socket) => void socket.write(bytes)
  const pace = perSecond === undefined ? undefined : new Pace(perSecond, send)
  const rest = (socket: Socket) => {
    if (stopping) socket.destroy()
    else if (pace) pace.free(socket)
    else send(socket)
  }
  for (let count = 0; count < connections; count += 1) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const reader = new MessageReader((head) => {
      if (head.startsWith('HTTP/1.1 200')) replies += 1
      else fail(head)
      rest(socket)
    })
    open.add(socket)
    socket.on('connect', () => rest(socket))
    socket.on('data', (chunk: Buffer) => reader.push(chunk))
    socket.on('error', (error) => fail(error.message))
    socket.on('close', () => {
      open.delete(socket)
      if (!stopping) fail('the server closed a connection')
    })
  }
  return {
    get replies() {
      return replies
    },
    failures,
    async stop() {
      stopping = true
      pace?.stop()
      while (open.size > 0) await new Promise((resolve) => setTimeout(resolve, lookAgainMilliseconds))
    },
  }
}
