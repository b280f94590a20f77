import type { Socket } from 'node:net'

const tickMilliseconds = 2

/**
 * Sends at a steady rate on whichever connection is free, and counts how long replies take from when their request was
 * due: one that had to wait for a connection took so much longer.
 */
export class Pace {
  readonly latencies: number[] = []
  readonly #perMillisecond: number
  readonly #free: Socket[] = []
  readonly #dueAt = new Map<Socket, number>()
  readonly #waiting: number[] = []
  readonly #send: (socket: Socket) => void
  readonly #timer: NodeJS.Timeout
  #from = performance.now()
  #sent = 0
  isCounting = false

  constructor(perSecond: number, send: (socket: Socket) => void) {
    this.#perMillisecond = perSecond / 1000
    this.#send = send
    this.#timer = setInterval(() => this.#tick(), tickMilliseconds)
  }

  /** A connection that can take a request. */
  free(socket: Socket): void {
    const dueAt = this.#dueAt.get(socket)
    if (dueAt !== undefined && this.isCounting) this.latencies.push(performance.now() - dueAt)
    this.#dueAt.delete(socket)
    this.#free.push(socket)
    this.#sendDue()
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const socket of this.#free) socket.destroy()
  }

  #tick(): void {
    const due = Math.floor((performance.now() - this.#from) * this.#perMillisecond)
    for (; this.#sent < due; this.#sent += 1)
      this.#waiting.push(this.#from + this.#sent / this.#perMillisecond)
    this.#sendDue()
  }

  #sendDue(): void {
    while (this.#waiting.length > 0 && this.#free.length > 0) {
      const [socket, dueAt] = [this.#free.shift(), this.#waiting.shift()]
      if (!socket || dueAt === undefined) return
      this.#dueAt.set(socket, dueAt)
      this.#send(socket)
    }
  }
}
