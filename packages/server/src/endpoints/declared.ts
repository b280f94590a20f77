import { type Endpoint, endpoints } from '@sallyport/contract'
import type { FastifyInstance } from 'fastify'

/** Where the router takes what the table of endpoints has a row for. */
export function routeOf({ path }: Pick<Endpoint, 'path'>): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** From now on nothing under `/v1` can be served that is not in the table, which says who may (R1). */
export function refuseUndeclared(app: FastifyInstance): void {
  const declared = new Set(
    Object.values<Endpoint>(endpoints).map((endpoint) => `${endpoint.method} ${routeOf(endpoint)}`),
  )
  app.addHook('onRoute', ({ method, url }) => {
    if (!/^\/v1(\/|$)/i.test(url)) return
    for (const each of [method].flat()) {
      // The framework answers HEAD wherever there is a GET.
      const name = each === 'HEAD' ? 'GET' : each
      if (!declared.has(`${name} ${url}`)) {
        throw new Error(
          `${each} ${url} has no row in the table of endpoints, so nobody knows who may use it.`,
        )
      }
    }
  })
}
