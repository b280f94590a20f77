import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Frames, goingAway } from './frames.ts'

/** How long both sides have to close their connections, once they were told that it is over. */
const goodbyeMilliseconds = 1_000

/** How soon one ends that would not be let in any more. */
const lookMilliseconds = 1_000

interface Tunnel {
  readonly goodbye: () => void
  readonly isAdmitted: () => Promise<boolean>
}

/** WebSockets that pass, each two connections joined. */
export class Tunnels {
  /** By the caller's connection. */
  readonly #open = new Map<Socket, Tunnel>()
  readonly #idleMilliseconds: number
  #looking: NodeJS.Timeout | undefined
  #closing = false

  constructor(idleMilliseconds: number) {
    this.#idleMilliseconds = idleMilliseconds
  }

  /** What one side sends goes to the other, no faster than that reads; when one is closed, so is the other. */
  join(client: Socket, upstream: Duplex, isAdmitted: () => Promise<boolean>): void {
    if (client.destroyed || this.#closing) {
      client.destroy()
      upstream.destroy()
      return
    }
    const goodbye = joined(client, upstream)
    this.#open.set(client, { goodbye, isAdmitted })
    client.once('close', () => this.#left(client))
    client.setTimeout(this.#idleMilliseconds, goodbye)
    this.#looking ??= setInterval(() => void this.#look(), lookMilliseconds)
  }

  /** Ends all of them: a process that stops would otherwise wait for connections that nobody ends. */
  close(): void {
    this.#closing = true
    for (const { goodbye } of this.#open.values()) goodbye()
  }

  async #look(): Promise<void> {
    for (const { goodbye, isAdmitted } of this.#open.values()) if (!(await isAdmitted())) goodbye()
  }

  #left(client: Socket): void {
    this.#open.delete(client)
    if (this.#open.size > 0) return
    clearInterval(this.#looking)
    this.#looking = undefined
  }
}

/** Joins two; what comes back tells both sides that it is over (RFC 6455 §7.4.1, 1001), where that can be said. */
function joined(client: Socket, upstream: Duplex): () => void {
  const [fromClient, fromUpstream] = [new Frames(), new Frames()]
  client.on('data', (chunk: Buffer) => fromClient.pass(chunk))
  upstream.on('data', (chunk: Buffer) => fromUpstream.pass(chunk))
  client.on('error', () => undefined)
  upstream.on('error', () => undefined)
  client.once('close', () => upstream.destroy())
  upstream.once('close', () => {
    // What had ended as it should is still written; what broke off breaks off.
    if (upstream.readableEnded) client.destroySoon()
    else client.resetAndDestroy()
  })
  client.pipe(upstream)
  upstream.pipe(client)
  let isOver = false
  return () => {
    if (isOver) return
    isOver = true
    client.unpipe(upstream).resume()
    upstream.unpipe(client).resume()
    if (fromUpstream.isBetween) client.write(goingAway({ masked: false }))
    if (fromClient.isBetween) upstream.write(goingAway({ masked: true }))
    client.end()
    upstream.end()
    const closing = setTimeout(() => client.destroy(), goodbyeMilliseconds)
    client.once('close', () => clearTimeout(closing))
  }
}
