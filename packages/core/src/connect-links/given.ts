import { accountCreation, accountDeed } from '../accounts/audited.ts'
import { connect } from '../accounts/connect.ts'
import { commitGrant } from '../accounts/grant.ts'
import { parkedFlow } from '../accounts/parked.ts'
import { recorded } from '../audit/record.ts'
import { openCredential } from '../credentials/seal.ts'
import { SallyportError } from '../error.ts'
import type { AccountRecord, FlowRecord, Store } from '../ports.ts'
import type { Credential } from '../schemes/scheme.ts'
import type { OpenedLink } from './access.ts'
import type { ConnectLinkPorts } from './ports.ts'
import type { ConnectFailure } from './read.ts'
import type { LinkAsker } from './submit.ts'
import type { LinkTarget } from './target.ts'

export interface LinkWork {
  readonly opened: OpenedLink
  readonly target: LinkTarget
  readonly asker: LinkAsker
}

/**
 * Connects what needs no provider's page: tried first, and taken only if that went well. With a return URL it waits for
 * whoever asked to confirm whose it is.
 *
 * @throws SallyportError changed_meanwhile, or as whatever fetches a token
 */
export async function connectGiven(
  ports: ConnectLinkPorts,
  work: LinkWork,
): Promise<ConnectFailure | undefined> {
  const { target } = work.target
  const { state, trial } = await connect(ports, target, { keep: false })
  if (trial && !trial.ok) {
    const code = trial.needsReconnect ? 'rejected' : (trial.reason ?? 'internal')
    return { code, detail: undefined, hostKey: trial.ok ? undefined : trial.hostKey }
  }
  const row = { ...target.account, generation: state.generation }
  const credential = await openCredential(ports.vault, row, state.credential)
  const { returnUrl } = work.opened.link
  if (returnUrl !== undefined) await park(ports, work, credential)
  else if (work.target.isStored) await replace(ports, work, credential)
  else await create(ports, work, { ...target.account, ...state })
  return undefined
}

async function park(ports: ConnectLinkPorts, work: LinkWork, credential: Credential): Promise<void> {
  const { target, isStored } = work.target
  const { account } = target
  const flow = await parkedFlow(ports, target, credential)
  const deed = isStored ? accountDeed('authorized', account) : accountCreation(account)
  await once(ports, work, deed, flow, async (within) => {
    if (!isStored) await within.accounts.create(account)
    await within.flows.create(flow)
  })
}

async function create(ports: ConnectLinkPorts, work: LinkWork, account: AccountRecord): Promise<void> {
  await once(ports, work, accountCreation(account), undefined, (within) => within.accounts.create(account))
}

/** Whatever a renewal did meanwhile, what was given now holds. */
async function replace(ports: ConnectLinkPorts, work: LinkWork, credential: Credential): Promise<void> {
  const { target } = work.target
  const { account } = target
  await once(ports, work, accountDeed('authorized', account), undefined, async () => undefined)
  await commitGrant(ports, { ...target, credential }, credential.tokens, async () => true)
  ports.changed(account)
}

/** Ends the link with what it brings about, or nothing happens. @throws SallyportError changed_meanwhile */
async function once(
  ports: ConnectLinkPorts,
  { opened: { link }, target: { target }, asker }: LinkWork,
  deed: ReturnType<typeof accountDeed>,
  flow: FlowRecord | undefined,
  run: (within: Store) => Promise<void>,
): Promise<void> {
  const { organizationId, id } = link
  const end = { organizationId, id, accountId: target.account.id, flowId: flow?.id }
  const isFirst = await recorded(ports.store, asker, deed, async (within) => {
    if (!(await within.connectLinks.finish(end, { flowId: link.flowId }))) return false
    await run(within)
    return true
  })
  if (!isFirst) throw new SallyportError('changed_meanwhile')
  ports.log.info({ link: id, account: target.account.id }, 'a connect link was used')
}
