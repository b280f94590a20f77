import type { AccountInput, AccountReply, TrialReply } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { type AccountAsker, accountCreation } from './audited.ts'
import { candidate } from './candidate.ts'
import { connect } from './connect.ts'
import { creatorOf, withCreatorNames } from './creator.ts'
import { type AccountOwner, type AccountPorts, readRecords } from './ports.ts'
import { trialReply } from './test-account.ts'
import { accountView } from './view.ts'

/** Connects an account as far as that goes without a person. @throws SallyportError input_invalid */
export async function createAccount(
  ports: AccountPorts,
  owner: AccountAsker,
  input: AccountInput,
): Promise<AccountReply> {
  const target = await candidate(ports, owner, input, creatorOf(owner))
  const { state } = await connect(ports, target)
  const account = { ...target.account, ...state }
  await recorded(ports.store, owner, accountCreation(account), (store) => store.accounts.create(account))
  return named(ports, accountView(account, target.integration, ports.clock.now()), owner)
}

/** The same trial, and nothing stored. @throws SallyportError input_invalid */
export async function testAccountInput(
  ports: AccountPorts,
  owner: AccountOwner,
  input: AccountInput,
): Promise<TrialReply> {
  const target = await candidate(ports, owner, input)
  const { state, trial } = await connect(ports, target, { keep: false })
  return trialReply(trial ?? { ok: state.status !== 'pending' }, state.status)
}

/** @throws SallyportError not_found */
export async function readAccount(
  ports: AccountPorts,
  owner: AccountOwner,
  id: string,
): Promise<AccountReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  return named(ports, accountView(account, integration, ports.clock.now()), owner)
}

async function named(
  { store }: AccountPorts,
  view: AccountReply,
  { organizationId }: AccountOwner,
): Promise<AccountReply> {
  const [shown = view] = await withCreatorNames(store, organizationId, [view])
  return shown
}
