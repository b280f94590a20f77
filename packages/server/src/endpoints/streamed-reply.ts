import type { Stream } from '@sallyport/core'
import type { FastifyReply } from 'fastify'

/** What a handler gives in place of JSON: a body of an API's, as it comes. */
export class StreamedReply {
  readonly #stream: Stream

  constructor(stream: Stream) {
    this.#stream = stream
  }

  /** Nothing of an API's is a page of ours: no browser runs it. */
  send(reply: FastifyReply): FastifyReply {
    const { contentType, contentEncoding, body } = this.#stream
    reply.header('content-type', contentType).header('content-security-policy', 'sandbox')
    if (contentEncoding !== undefined) reply.header('content-encoding', contentEncoding)
    return reply.send(body)
  }
}
