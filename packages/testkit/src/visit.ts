import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { CookieJar } from './cookie-jar.ts'

/** A reply as a browser would see it. */
export interface Page {
  url: URL
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** One request with the jar's cookies; a form makes it a POST. */
export async function visit(
  url: URL,
  { jar, form, ca }: { jar: CookieJar; form?: URLSearchParams | undefined; ca?: string | undefined },
): Promise<Page> {
  const cookie = jar.header(url)
  const headers = {
    Accept: 'text/html',
    ...(cookie === undefined ? {} : { Cookie: cookie }),
    ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
  }
  const options = { method: form ? 'POST' : 'GET', headers, agent: false as const, ...(ca ? { ca } : {}) }
  const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
  request.end(form?.toString())

  const [reply] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of reply) chunks.push(chunk)
  for (const setCookie of reply.headers['set-cookie'] ?? []) jar.set(url, setCookie)
  const body = Buffer.concat(chunks).toString('utf8')
  return { url, status: reply.statusCode ?? 0, headers: reply.headers, body }
}
