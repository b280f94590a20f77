import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** What a handler gives in place of lines of JSON: a table for people to read, a row at a time (RFC 4180). */
export class TableReply {
  readonly #heads: readonly string[]
  readonly #rows: AsyncIterable<readonly string[]>

  constructor(heads: readonly string[], rows: AsyncIterable<readonly string[]>) {
    this.#heads = heads
    this.#rows = rows
  }

  send(reply: FastifyReply): FastifyReply {
    return reply.type('text/csv; charset=utf-8').send(Readable.from(this.#lines(), { objectMode: false }))
  }

  async *#lines(): AsyncGenerator<string> {
    yield tableLine(this.#heads)
    for await (const row of this.#rows) yield tableLine(row)
  }
}

/** A row. What a spreadsheet would take for a formula is text to it by an apostrophe: names are anybody's. */
export function tableLine(cells: readonly string[]): string {
  const quoted = cells.map((text) => {
    const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
    return `"${inert.replaceAll('"', '""')}"`
  })
  return `${quoted.join(',')}\r\n`
}
