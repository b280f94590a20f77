import type { ServerResponse } from 'node:http'
import { Caller } from '@sallyport/core'

/** Bytes that the caller has not read; hints for it are dropped meanwhile. */
const longestBacklog = 65_536

/** The one who called over HTTP: hints that come before the reply reach them before it. */
export class HttpCaller extends Caller {
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    super()
    this.#response = response
  }

  /** 102 and 103, the latter with its links; others mean something between two neighbours, or nothing known. */
  override interim(status: number, headers: readonly Buffer[]): void {
    const response = this.#response
    // HTTP/1.0 knows no interim replies (RFC 9110 §15.2).
    if (response.headersSent || response.destroyed || response.req.httpVersionMinor === 0) return
    // Nothing here pauses the one who sends them.
    if (response.writableLength > longestBacklog) return
    if (status === 102) response.writeProcessing()
    if (status !== 103) return
    const links = linksOf(headers)
    if (links.length > 0) response.writeEarlyHints({ link: links })
  }
}

/** As Node writes them, which throws at any other. */
const writable = /^<[^>]*>(?:\s*;\s*[^;="\s,<>]+(?:=(?:"[^;"\s]*"|[^;"\s,]*))?)*$/

/** Each link by itself (RFC 8288 §3), without those that Node would not write. */
function linksOf(headers: readonly Buffer[]): string[] {
  return headers.flatMap((name, index) =>
    index % 2 === 0 && name.toString('latin1').toLowerCase() === 'link'
      ? (headers[index + 1]?.toString('latin1') ?? '')
          .split(/,\s*(?=<)/)
          .map((link) => link.trim())
          .filter((link) => writable.test(link))
      : [],
  )
}
