import { type ErrorCode, errors, openApiDocument } from '@sallyport/contract'
import { type Closed, SallyportError } from '@sallyport/core'
import type { FastifyInstance } from 'fastify'
import { pageHeaders } from '../pages/layout.ts'
import { errorPage, frontPage } from '../pages/pages.ts'

/** How one realm is, as far as not all is well. */
export interface RealmHealth extends Partial<Closed> {
  /** Why stands beside it. */
  readonly renewals?: 'stopped'
  /** The last time, as when its database cannot be reached. */
  readonly dueWork?: 'failing'
  /** What it opened before serves on for a day. */
  readonly keyService?: 'unreachable'
}

/** Of a node that serves what it can: another could do no more. */
export interface Health extends RealmHealth {
  /** By name, where there are several. */
  readonly realms?: Readonly<
    Record<string, RealmHealth & { readonly status: 'ready' | 'impaired' | 'waiting' }>
  >
}

/** What anybody may read: health, the OpenAPI document, the reference of errors, the front page. */
export function registerPublic(
  app: FastifyInstance,
  options: {
    readonly publicUrl: string
    readonly practiceOrigin: string | undefined
    /** Undefined: it begins no more calls. */
    readonly health: () => Health | undefined
  },
): void {
  // Made of all schemas, which takes longer than the rest of a start: when somebody asks for it.
  let document: ReturnType<typeof openApiDocument> | undefined
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    const health = options.health()
    if (!health) throw new SallyportError('not_ready')
    return { status: 'ready', ...health }
  })
  app.get('/openapi.json', async () => {
    document ??= openApiDocument(options.publicUrl)
    return document
  })
  app.get('/', (_request, reply) => reply.headers(pageHeaders).send(frontPage(options.practiceOrigin)))
  app.get<{ Params: { code: string } }>('/errors/:code', (request, reply) => {
    const { code } = request.params
    if (!Object.hasOwn(errors, code)) throw new SallyportError('not_found')
    return reply.headers(pageHeaders).send(errorPage(code as ErrorCode))
  })
}
