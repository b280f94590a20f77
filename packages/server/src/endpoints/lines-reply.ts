import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** What a handler gives in place of one reply: lines of JSON, each as soon as it is there. */
export class LinesReply {
  readonly #first: unknown
  readonly #rest: AsyncIterator<unknown>

  private constructor(first: unknown, rest: AsyncIterator<unknown>) {
    this.#first = first
    this.#rest = rest
  }

  /** Waits for the first line: until then a failure is answered as everywhere. */
  static async from(lines: AsyncIterable<unknown>): Promise<LinesReply> {
    const rest = lines[Symbol.asyncIterator]()
    const { value } = await rest.next()
    return new LinesReply(value, rest)
  }

  /** What fails from now on is said on the last line. */
  send(reply: FastifyReply, problemOf: (error: unknown) => unknown): FastifyReply {
    return reply
      .type('application/x-ndjson')
      .send(Readable.from(this.#lines(problemOf), { objectMode: false }))
  }

  async *#lines(problemOf: (error: unknown) => unknown): AsyncGenerator<string> {
    yield lineOf(this.#first)
    try {
      for (;;) {
        const { done, value } = await this.#rest.next()
        if (done) return
        yield lineOf(value)
      }
    } catch (error) {
      yield lineOf({ problem: problemOf(error) })
    } finally {
      await this.#rest.return?.()
    }
  }
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
