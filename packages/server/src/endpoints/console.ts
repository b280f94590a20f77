import { SallyportError } from '@sallyport/core'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { readConsole } from '../pages/console-files.ts'
import { ownPageHeaders } from '../pages/layout.ts'

/** No script, style or picture but those that lie beside the page, and no text that becomes markup (S3). */
const consoleHeaders = {
  ...ownPageHeaders,
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; " +
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
} as const

/** Serves the console: one page at every address below `/console`, and what it loads. Who is logged in, `/v1` asks. */
export function registerConsole(
  app: FastifyInstance,
  { base, practiceOrigin }: { readonly base: string; readonly practiceOrigin: string | undefined },
): void {
  const files = readConsole(`${base}/console`, practiceOrigin)
  if (!files) return
  const servePage = (_request: unknown, reply: FastifyReply) => reply.headers(consoleHeaders).send(files.page)
  app.get('/console', servePage)
  app.get('/console/*', servePage)
  app.get<{ Params: { name: string } }>('/console/assets/:name', (request, reply) => {
    const file = files.assets.get(request.params.name)
    if (!file) throw new SallyportError('not_found')
    const isGzipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    return reply
      .headers({
        'content-type': file.type,
        'cache-control': 'public, max-age=31536000, immutable',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "default-src 'none'",
        vary: 'Accept-Encoding',
        ...(isGzipped && { 'content-encoding': 'gzip' }),
      })
      .send(isGzipped ? file.gzipped : file.bytes)
  })
}
