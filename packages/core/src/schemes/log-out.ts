import type { Placement, RequestTemplate } from '@sallyport/contract'
import { SallyportError } from '../error.ts'
import { type LoginRequest, sendTemplated } from './login-request.ts'
import { placementTemplate } from './placement.ts'
import { templatesOf } from './request-template.ts'
import type { Connection, SchemePorts } from './scheme.ts'

/** A request's template; one that asks for no token shows the credential as calls do. */
export function asOnCalls(
  template: RequestTemplate | undefined,
  url: string,
  placements: readonly Placement[],
): RequestTemplate {
  const texts = [url, ...templatesOf('', template).map(({ text }) => text)]
  if (texts.some((text) => /\{token[.}]/.test(text))) return template ?? {}
  const placed = (place: Placement['in']) =>
    Object.fromEntries(
      placements
        .filter((placement) => placement.in === place)
        .map((placement) => [placement.name ?? 'Authorization', placementTemplate(placement)]),
    )
  return {
    ...template,
    headers: { ...placed('header'), ...template?.headers },
    query: { ...placed('query'), ...template?.query },
  }
}

/** A provider that no longer knows the credential has nothing to end. */
const ended: ReadonlySet<number> = new Set([401, 403, 404, 410])

/**
 * Ends a session at the provider.
 *
 * @throws SallyportError upstream_unreachable where it may live on
 */
export async function logOut(
  ports: SchemePorts,
  connection: Connection,
  request: Omit<LoginRequest, 'paths' | 'needsToken'>,
): Promise<'done'> {
  const { reply } = await sendTemplated(ports, connection, request)
  if (reply.status < 400 || ended.has(reply.status)) return 'done'
  throw new SallyportError('upstream_unreachable', { detail: `log-out answered ${reply.status}` })
}
