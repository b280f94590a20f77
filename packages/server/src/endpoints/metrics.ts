import { createHash, timingSafeEqual } from 'node:crypto'
import { SallyportError, type Secret } from '@sallyport/core'
import type { FastifyInstance } from 'fastify'
import { metricsContentType } from '../telemetry/metrics.ts'

export interface MetricsOptions {
  /** What has to be brought. */
  readonly token: Secret | undefined
  /** Whether nobody but this machine can ask: then nothing has to be brought where no token is set. */
  readonly isLocal: boolean
  readonly render: () => Promise<string>
}

/** Serves `GET /metrics`. */
export function registerMetrics(app: FastifyInstance, options: MetricsOptions): void {
  const isPermitted = permission(options)
  app.get('/metrics', async (request, reply) => {
    if (!isPermitted(request.headers.authorization)) {
      throw new SallyportError('key_invalid', {
        message: 'Metrics are not open here. Set SALLYPORT_METRICS_TOKEN, and send it as a bearer token.',
      })
    }
    return reply.header('content-type', metricsContentType).send(await options.render())
  })
}

function permission({ token, isLocal }: MetricsOptions): (authorization: string | undefined) => boolean {
  if (!token) return () => isLocal
  const expected = digestOf(token.reveal())
  return (authorization) => {
    const given = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1]
    return given !== undefined && timingSafeEqual(digestOf(given), expected)
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
