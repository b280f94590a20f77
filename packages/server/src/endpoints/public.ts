import { type ErrorCode, errors, openApiDocument } from '@sallyport/contract'
import { type Closed, SallyportError } from '@sallyport/core'
import type { FastifyInstance } from 'fastify'
import { pageHeaders } from '../pages/layout.ts'
import { errorPage, frontPage } from '../pages/pages.ts'

/** What anybody may read: health, the OpenAPI document, the reference of errors, the front page. */
export function registerPublic(
  app: FastifyInstance,
  options: {
    readonly publicUrl: string
    readonly practiceOrigin: string | undefined
    readonly isReady: () => boolean
    /** Why no token is renewed; undefined while all is well. */
    readonly closed: () => Closed | undefined
  },
): void {
  const document = openApiDocument(options.publicUrl)
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    if (!options.isReady()) throw new SallyportError('not_ready')
    const closed = options.closed()
    // It serves what it can, and another node could do no more.
    return closed ? { status: 'ready', renewals: 'stopped', ...closed } : { status: 'ready' }
  })
  app.get('/openapi.json', async () => document)
  app.get('/', (_request, reply) => reply.headers(pageHeaders).send(frontPage(options.practiceOrigin)))
  app.get<{ Params: { code: string } }>('/errors/:code', (request, reply) => {
    const { code } = request.params
    if (!Object.hasOwn(errors, code)) throw new SallyportError('not_found')
    return reply.headers(pageHeaders).send(errorPage(code as ErrorCode))
  })
}
