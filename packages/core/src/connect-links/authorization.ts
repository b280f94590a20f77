import { accountCreation, accountDeed } from '../accounts/audited.ts'
import { newFlow } from '../accounts/authorize.ts'
import { connect } from '../accounts/connect.ts'
import { authorizeDevice } from '../accounts/device.ts'
import { type FlowStart, startFlow } from '../accounts/start.ts'
import { recorded } from '../audit/record.ts'
import { openTarget, type Target } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { AccountRecord } from '../ports.ts'
import type { DeviceAuthorization } from '../schemes/scheme.ts'
import type { LinkWork } from './given.ts'
import type { ConnectLinkPorts } from './ports.ts'
import { sealCode } from './read.ts'

/** Where a browser goes, and what it takes along for the way back. */
export type Onward = FlowStart

/**
 * Begins an authorization at the provider's own page, in this browser.
 *
 * @throws SallyportError changed_meanwhile, authorization_unsupported, or why the provider cannot be reached
 */
export async function beginAuthorization(
  ports: ConnectLinkPorts,
  work: LinkWork & { readonly cookieOf: (name: string) => string | undefined },
): Promise<Onward> {
  const { opened, asker } = work
  const { link } = opened
  const account = await pending(ports, work)
  const { flow, token } = newFlow(ports, account, opened.integration, {
    confirm: link.returnUrl !== undefined,
    returnUrl: undefined,
  })
  const aim = { organizationId: link.organizationId, id: link.id, accountId: account.id, flowId: flow.id }
  const deed = accountDeed('authorization_started', account)
  const isBegun = await recorded(ports.store, asker, deed, async (within) => {
    if (!(await within.connectLinks.aim(aim))) return false
    await within.flows.create(flow)
    return true
  })
  if (!isBegun) throw new SallyportError('changed_meanwhile')
  return startFlow(ports, flow.callbackId, token, work.cookieOf)
}

/** Begins an authorization on another device: the link's page shows what is to be entered there. */
export async function beginOnDevice(
  ports: ConnectLinkPorts,
  work: LinkWork & { readonly device: DeviceAuthorization },
): Promise<void> {
  const { opened, asker, device } = work
  const { link, integration } = opened
  const account = await pending(ports, work)
  const target: Target = await openTarget(ports, account, integration)
  const code = await authorizeDevice(ports, asker, { target, device, input: { confirm: false } })
  const poll = await ports.store.devicePolls.get(link.organizationId, account.id)
  const { verificationUri, verificationUriComplete, userCode } = code
  const sealed = await sealCode(ports.vault, link, {
    ...{ verificationUri, userCode },
    ...(verificationUriComplete !== undefined && { verificationUriComplete }),
  })
  const place = { organizationId: link.organizationId, id: link.id }
  const aim = { ...place, accountId: account.id, flowId: poll?.id, sealed }
  if (!(await ports.store.connectLinks.aim(aim))) throw new SallyportError('changed_meanwhile')
}

/** The account that waits for the authorization: made now, unless the link names one. */
async function pending(ports: ConnectLinkPorts, { opened, target, asker }: LinkWork): Promise<AccountRecord> {
  const { link } = opened
  if (!link.makesAccount) return target.target.account
  const { state } = await connect(ports, target.target, { keep: false })
  const account = { ...target.target.account, ...state }
  const place = { organizationId: link.organizationId, id: link.id }
  const aim = { ...place, accountId: account.id, flowId: undefined }
  const deed = target.isStored ? accountDeed('updated', account) : accountCreation(account)
  const isMade = await recorded(ports.store, asker, deed, async (within) => {
    if (!(await within.connectLinks.aim(aim))) return false
    if (target.isStored) return within.accounts.update(account)
    await within.accounts.create(account)
    return true
  })
  if (!isMade) throw new SallyportError('changed_meanwhile')
  return account
}
