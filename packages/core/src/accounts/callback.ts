import { timingSafeEqual } from 'node:crypto'
import { serializeCredential } from '../credentials/seal.ts'
import { openTarget, type Target } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { ConnectLinkRecord, FlowRecord } from '../ports.ts'
import type { FlowMemory, Tokens } from '../schemes/scheme.ts'
import { hashToken, isToken, newToken } from '../token.ts'
import { flowMilliseconds, openFlow, sealFlow } from './flow-secrets.ts'
import { commitGrant } from './grant.ts'
import { type AccountPorts, readRecords } from './ports.ts'
import { cookieName, cookiePath, requireInUse } from './start.ts'

/** How a callback ended: the flow, and where its browser goes from here. */
export interface FlowEnd {
  readonly flow: FlowRecord
  /** To be taken away. */
  readonly cookie: { readonly name: string; readonly path: string }
  /** The environment's return URL with the outcome, or undefined for our own result page. */
  readonly returnTo: string | undefined
}

/**
 * Takes the browser back from the provider: once, in the browser that started, at the path that the flow was
 * started for.
 *
 * @throws SallyportError flow_invalid when the flow is not this browser's; every other failure ends the flow
 */
export async function finishFlow(
  ports: AccountPorts,
  callbackId: string,
  parameters: URLSearchParams,
  cookieOf: (name: string) => string | undefined,
): Promise<FlowEnd> {
  const flow = await flowOf(ports, callbackId, parameters, cookieOf)
  await requireInUse(ports, flow)
  const link = await ports.store.connectLinks.byFlow(flow.organizationId, flow.id)
  // Consumed before anything is done with the code, so that of parallel callbacks one goes on (A1).
  if (!(await ports.store.flows.consume(flow.id))) throw new SallyportError('flow_invalid')
  try {
    return atLink(ports, link, await granted(ports, flow, parameters, link))
  } catch (cause) {
    const failure = cause instanceof SallyportError ? cause : new SallyportError('internal', { cause })
    ports.log.warn(
      { flow: flow.id, account: flow.accountId, code: failure.code, detail: failure.detail },
      'authorization failed',
    )
    const end = { state: 'failed' as const, failure: failure.code, failureDetail: failure.message }
    await ports.store.flows.finish(flow.id, { ...end, resultHash: undefined, sealed: undefined })
    return atLink(ports, link, ended({ ...flow, ...end }, { error: failure.code }))
  }
}

/** Whoever came by a link goes on at its page. */
function atLink(
  { publicUrl }: Pick<AccountPorts, 'publicUrl'>,
  link: ConnectLinkRecord | undefined,
  end: FlowEnd,
): FlowEnd {
  return link ? { ...end, returnTo: `${publicUrl}/connect/${link.id}` } : end
}

async function flowOf(
  ports: AccountPorts,
  callbackId: string,
  parameters: URLSearchParams,
  cookieOf: (name: string) => string | undefined,
): Promise<FlowRecord> {
  const flow = await flowWithState(ports, parameters)
  const refuse = (why: string): never => {
    ports.log.warn({ flow: flow?.id, account: flow?.accountId, why }, 'callback refused')
    throw new SallyportError('flow_invalid', { detail: why })
  }
  if (!flow) return refuse('no such state')
  if (flow.callbackId !== callbackId) return refuse('another path than it was started for')
  if (flow.expiresAt <= ports.clock.now()) return refuse('too late')
  const cookie = cookieOf(cookieName(flow))
  if (cookie === undefined || !sameText(hashToken(cookie), flow.browserHash ?? ''))
    return refuse('another browser')
  return flow
}

/**
 * The flow whose state came back. Only its definition knows under which name the provider returns that: until the
 * flow is found, whatever has the shape of a state may be it.
 */
async function flowWithState(
  ports: AccountPorts,
  parameters: URLSearchParams,
): Promise<FlowRecord | undefined> {
  const usual = parameters.get('state')
  const found = usual === null ? undefined : await ports.store.flows.byState(hashToken(usual))
  if (found) return found
  for (const [name, state] of [...parameters].filter(([, value]) => isToken(value))) {
    const flow = await ports.store.flows.byState(hashToken(state))
    if (flow) return (await stateNameOf(ports, flow)) === name ? flow : undefined
  }
  return undefined
}

async function stateNameOf(ports: AccountPorts, flow: FlowRecord): Promise<string | undefined> {
  const { account, integration } = await readRecords(ports, { ...flow, accounts: undefined }, flow.accountId)
  const target = await openTarget(ports, account, integration)
  return target.scheme.authorization?.(target.definition)?.stateName
}

async function granted(
  ports: AccountPorts,
  flow: FlowRecord,
  parameters: URLSearchParams,
  link: ConnectLinkRecord | undefined,
): Promise<FlowEnd> {
  const { account, integration } = await readRecords(ports, { ...flow, accounts: undefined }, flow.accountId)
  const target = await openTarget(ports, account, integration)
  const authorization = target.scheme.authorization?.(target.definition)
  if (!authorization) throw new SallyportError('authorization_unsupported')
  const memory = JSON.parse(await openFlow(ports.vault, flow)) as FlowMemory
  const { redirectUri } = flow
  const tokens = await ports.recorder.record(
    'callback',
    target,
    ports,
    (watched) => authorization.complete(watched, target.connection, { parameters, redirectUri, memory }),
    { secrets: secretsOf(parameters, memory), redirectUri },
  )
  if (!link) return flow.confirm ? park(ports, flow, target, tokens) : connectNow(ports, flow, target, tokens)
  const end = flow.confirm
    ? await park(ports, flow, target, tokens, { resultHash: undefined })
    : await connectNow(ports, flow, target, tokens)
  const { organizationId, id } = link
  const aim = { organizationId, id, accountId: flow.accountId, flowId: flow.id }
  await ports.store.connectLinks.finish(aim, { flowId: flow.id })
  return end
}

/** What a trace of this callback does not show. */
function secretsOf(parameters: URLSearchParams, memory: FlowMemory): string[] {
  const given = [...parameters]
    .filter(([name]) => !/^(error|iss$|scope$)/.test(name))
    .map(([, value]) => value)
  return memory.codeVerifier === undefined ? given : [...given, memory.codeVerifier]
}

async function connectNow(
  ports: AccountPorts,
  flow: FlowRecord,
  target: Target,
  tokens: Tokens,
): Promise<FlowEnd> {
  await commitGrant(ports, target, tokens, () => isWanted(ports, flow))
  ports.changed(target.account)
  ports.log.info({ account: target.account.id }, 'account connected')
  const end = { state: 'connected' as const, failure: undefined, failureDetail: undefined }
  await ports.store.flows.finish(flow.id, { ...end, resultHash: undefined, sealed: undefined })
  return ended({ ...flow, ...end }, {})
}

/** A flow goes when its account is disconnected, and when the definition that it was started for moves. */
async function isWanted(ports: AccountPorts, flow: FlowRecord): Promise<boolean> {
  return (await ports.store.flows.get(flow.id)) !== undefined
}

/** Keeps the grant sealed until the backend that asked for it confirms whose it is (A2). */
async function park(
  ports: AccountPorts,
  flow: FlowRecord,
  target: Target,
  tokens: Tokens,
  // A link's page gives the result out, to the browser that began.
  later?: Pick<FlowRecord, 'resultHash'>,
): Promise<FlowEnd> {
  if (!(await isWanted(ports, flow))) {
    await ports.revocations.discard(target, tokens)
    throw new SallyportError('changed_meanwhile')
  }
  const credential = { ...target.credential, tokens }
  const result = newToken(ports.random)
  const end = { state: 'parked' as const, failure: undefined, failureDetail: undefined }
  await ports.store.flows.finish(flow.id, {
    ...end,
    ...(later ?? { resultHash: hashToken(result) }),
    sealed: await sealFlow(ports.vault, flow, serializeCredential(credential)),
    // However long the person took, the backend has its ten minutes.
    expiresAt: ports.clock.now() + flowMilliseconds,
  })
  return ended({ ...flow, ...end }, later ? {} : { result })
}

function ended(flow: FlowRecord, outcome: Readonly<Record<string, string>>): FlowEnd {
  const cookie = { name: cookieName(flow), path: cookiePath(flow) }
  return { flow, cookie, returnTo: returnTo(flow, outcome) }
}

function returnTo(flow: FlowRecord, outcome: Readonly<Record<string, string>>): string | undefined {
  if (flow.returnUrl === undefined) return undefined
  const url = new URL(flow.returnUrl)
  for (const [name, value] of Object.entries({ account: flow.accountId, ...outcome }))
    url.searchParams.set(name, value)
  return url.href
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
