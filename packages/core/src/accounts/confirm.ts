import type { AccountReply } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { parseCredential } from '../credentials/seal.ts'
import { openTarget, targetWith } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { FlowRecord } from '../ports.ts'
import { hashToken } from '../token.ts'
import { type AccountAsker, accountDeed } from './audited.ts'
import { openFlow } from './flow-secrets.ts'
import { commitGrant } from './grant.ts'
import { type AccountPorts, readRecords } from './ports.ts'
import { accountView } from './view.ts'

/**
 * Connects an account with the grant that waits for it, once, for the backend that holds the result.
 *
 * @throws SallyportError not_found, result_invalid, changed_meanwhile
 */
export async function confirmAccount(
  ports: AccountPorts,
  owner: AccountAsker,
  id: string,
  result: string,
): Promise<AccountReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  const now = ports.clock.now()
  const flow = await recorded(
    ports.store,
    owner,
    (found: FlowRecord | undefined) => found && accountDeed('confirmed', account),
    (store) => store.flows.confirm(id, hashToken(result), now),
  )
  if (!flow) throw new SallyportError('result_invalid')
  const credential = parseCredential(await openFlow(ports.vault, flow))
  const { tokens } = credential
  const stored = await openTarget(ports, account, integration)
  // What a person gave on a connect link's page waits whole; a grant at the provider is tokens alone.
  const isGrant = stored.scheme.connects(stored.definition) === 'authorized'
  const target = isGrant ? stored : await targetWith(ports, account, integration, credential)
  const isWanted = async () => (await ports.store.flows.get(flow.id)) !== undefined
  const connected = await commitGrant(ports, target, tokens, isWanted)
  ports.changed(account)
  return accountView(connected, integration, ports.clock.now())
}
