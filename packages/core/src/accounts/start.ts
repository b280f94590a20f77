import { openTarget } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { FlowRecord } from '../ports.ts'
import { hashToken, newToken } from '../token.ts'
import { sealFlow } from './flow-secrets.ts'
import { type AccountPorts, readRecords } from './ports.ts'

/** What the start page answers: a cookie for this flow alone, and the provider's page. */
export interface FlowStart {
  readonly providerUrl: string
  readonly cookie: { readonly name: string; readonly value: string; readonly path: string }
}

/**
 * Binds the browser that opens the start page, and sends it to the provider. The same browser may come again;
 * another may not (A2).
 *
 * @throws SallyportError flow_invalid, or why the provider's page cannot be reached
 */
export async function startFlow(
  ports: AccountPorts,
  callbackId: string,
  token: string,
  cookieOf: (name: string) => string | undefined,
): Promise<FlowStart> {
  const flow = await ports.store.flows.byStart(hashToken(token))
  if (!flow || flow.callbackId !== callbackId || flow.expiresAt <= ports.clock.now())
    throw new SallyportError('flow_invalid')
  await requireInUse(ports, flow)
  const name = cookieName(flow)
  const known = cookieOf(name)
  const returning = known !== undefined && flow.browserHash === hashToken(known)
  const browser = returning ? known : newToken(ports.random)
  const state = newToken(ports.random)

  const { account, integration } = await readRecords(ports, { ...flow, accounts: undefined }, flow.accountId)
  const target = await openTarget(ports, account, integration)
  const authorization = target.scheme.authorization?.(target.definition)
  if (!authorization) throw new SallyportError('authorization_unsupported')
  const { redirectUri } = flow
  const { url, memory } = await ports.recorder.record(
    'authorize',
    target,
    ports,
    (watched) => authorization.begin(watched, target.connection, { redirectUri, state }),
    { secrets: [state], redirectUri },
  )

  const binding = {
    browserHash: hashToken(browser),
    stateHash: hashToken(state),
    sealed: await sealFlow(ports.vault, flow, JSON.stringify(memory)),
  }
  const bound = await ports.store.flows.start(flow.id, binding, ports.clock.now())
  if (!bound) {
    ports.log.warn({ flow: flow.id, account: account.id }, 'an authorization was opened in a second browser')
    throw new SallyportError('flow_invalid')
  }
  return { providerUrl: url, cookie: { name, value: browser, path: cookiePath(flow) } }
}

/**
 * Whoever has a link or a state has proved nothing yet, so they are told no more than of one that is over.
 *
 * @throws SallyportError flow_invalid while its organization is suspended
 */
export async function requireInUse(
  { store }: Pick<AccountPorts, 'store'>,
  { organizationId }: Pick<FlowRecord, 'organizationId'>,
): Promise<void> {
  const organization = await store.organizations.get(organizationId)
  if (!organization || organization.suspendedAt !== undefined) {
    throw new SallyportError('flow_invalid', { detail: 'its organization is suspended' })
  }
}

/** Short, and of this flow alone, so that flows of one browser do not disturb each other. */
export function cookieName(flow: Pick<FlowRecord, 'id'>): string {
  return `sp_${flow.id.slice(-8)}`
}

/** The callback's own path, as browsers see it: no other request carries the cookie. */
export function cookiePath(flow: Pick<FlowRecord, 'redirectUri'>): string {
  return new URL(flow.redirectUri).pathname
}
