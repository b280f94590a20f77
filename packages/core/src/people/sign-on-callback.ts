import { timingSafeEqual } from 'node:crypto'
import { SallyportError } from '../error.ts'
import type { KnownSession } from '../identity/sessions.ts'
import type { IdentityProviderRecord, SignOnFlowRecord, SignOnPurpose } from '../ports.ts'
import { completeSignOn, type SignedOn } from '../schemes/oauth2/sign-on.ts'
import type { Secret } from '../secret.ts'
import { hashToken, isToken } from '../token.ts'
import { redirectUriOf } from './identity-providers.ts'
import { clientOf, flowCookieOf, openMemory, openProvider, type SingleSignOnPorts } from './sign-on.ts'
import { ends } from './sign-on-ends.ts'

/** A browser that comes back from an identity provider. */
export interface SignOnReturn {
  readonly parameters: URLSearchParams
  readonly cookieOf: (name: string) => string | undefined
  /** Of the person who is logged in with it. */
  readonly session: KnownSession | undefined
  readonly address: string | undefined
  readonly userAgent: string | undefined
}

/** How it ended. */
export interface SignOnEnd {
  readonly purpose: SignOnPurpose
  readonly organizationId: string
  /** To be taken away. */
  readonly cookie: { readonly name: string; readonly path: string }
  /** Of the session that begins, or goes on under another token. */
  readonly token?: Secret | undefined
  /** As it was asked for at the start: not yet known to be a path of ours. */
  readonly returnTo?: string | undefined
  readonly failure?: SallyportError
}

/** Who came back, by which provider, for what. */
export interface Arrived {
  readonly provider: IdentityProviderRecord
  readonly flow: SignOnFlowRecord
  readonly signedOn: SignedOn
  readonly back: SignOnReturn
}

/**
 * Takes a browser back from its identity provider: once, in the browser that was sent, at the place of the provider
 * that it was sent to.
 *
 * @throws SallyportError flow_invalid, not_found when there is no such flow of this browser; every other failure ends it
 */
export async function finishSignOn(
  ports: SingleSignOnPorts,
  providerId: string,
  back: SignOnReturn,
): Promise<SignOnEnd> {
  const provider = await openProvider(ports, providerId)
  const flow = await flowOf(ports, provider, back)
  // Consumed before anything is done with the code, so that of parallel callbacks one goes on.
  if (!(await ports.store.signOnFlows.take(flow.organizationId, flow.id))) throw flowInvalid('used')
  const memory = await openMemory(ports.vault, flow)
  const end = {
    purpose: flow.purpose,
    organizationId: flow.organizationId,
    cookie: flowCookieOf(ports.publicUrl, flow),
    returnTo: memory.returnTo,
  }
  try {
    const signedOn = await whoCameBack(ports, provider, { memory, parameters: back.parameters })
    return { ...end, token: await ends[flow.purpose](ports, { provider, flow, signedOn, back }) }
  } catch (cause) {
    const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
    const { code, detail } = failure
    ports.log.warn({ identityProvider: provider.id, purpose: flow.purpose, code, detail }, 'sign-on failed')
    return { ...end, failure }
  }
}

async function flowOf(
  { store, clock, publicUrl }: SingleSignOnPorts,
  { organizationId, id }: IdentityProviderRecord,
  { parameters, cookieOf }: SignOnReturn,
): Promise<SignOnFlowRecord> {
  const state = parameters.get('state') ?? ''
  if (!isToken(state)) throw flowInvalid('no state')
  const flow = await store.signOnFlows.byState(organizationId, id, hashToken(state))
  if (!flow) throw flowInvalid('no such state at this provider')
  if (flow.expiresAt <= clock.now()) throw flowInvalid('too late')
  const cookie = cookieOf(flowCookieOf(publicUrl, flow).name)
  if (cookie === undefined || !isSameHash(hashToken(cookie), flow.browserHash)) {
    throw flowInvalid('another browser')
  }
  return flow
}

async function whoCameBack(
  ports: SingleSignOnPorts,
  provider: IdentityProviderRecord,
  {
    memory,
    parameters,
  }: { readonly memory: Readonly<Record<string, string>>; readonly parameters: URLSearchParams },
): Promise<SignedOn> {
  if (memory.providerVersion !== String(provider.version)) throw flowInvalid('the provider was changed')
  const client = await clientOf(ports.vault, provider)
  const redirectUri = redirectUriOf(ports.publicUrl, provider.id)
  return completeSignOn(ports, client, { parameters, redirectUri, memory })
}

function flowInvalid(detail: string): SallyportError {
  return new SallyportError('flow_invalid', {
    message:
      'This sign-on was not started in this browser, has been used already, or is older than ten minutes. Start again at the log-in page.',
    detail,
  })
}

function isSameHash(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left), Buffer.from(right))
}
