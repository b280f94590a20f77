import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection on which a test speaks byte by byte. */
export interface Conversation {
  readonly socket: Socket
  say(bytes: string | Buffer): void
  /** Everything that was heard, once it fits. */
  heard(pattern: RegExp): Promise<string>
  /** Everything that was heard, once the other side closed. */
  closed(): Promise<string>
}

/** Opens one. */
export async function converse(origin: string): Promise<Conversation> {
  const socket = connect({ port: Number(new URL(origin).port), host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return conversationOn(socket)
}

/** The same on a connection that is open already. */
export function conversationOn(socket: Socket): Conversation {
  let text = ''
  let check: () => void = () => undefined
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1')
    check()
  })
  socket.on('error', () => undefined)
  const isClosed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  void isClosed.then(() => check())
  return {
    socket,
    say: (bytes) => void socket.write(bytes),
    heard: (pattern) =>
      new Promise((resolve, reject) => {
        check = () => {
          if (pattern.test(text)) resolve(text)
          else if (socket.closed) reject(new Error(`closed after ${JSON.stringify(text)}`))
        }
        check()
      }),
    closed: () => isClosed.then(() => text),
  }
}
