import type { AccountReply } from '@sallyport/contract'
import { recorded } from '../audit/record.ts'
import { definitionOf } from '../credentials/definition.ts'
import { accountDue } from '../credentials/due.ts'
import { schemeOf } from '../schemes/index.ts'
import { type AccountAsker, accountDeed } from './audited.ts'
import { type AccountPorts, readRecords, readView } from './ports.ts'

/** Has an exported account renewed here again. @throws SallyportError not_found */
export async function thawAccount(
  ports: AccountPorts,
  owner: AccountAsker,
  id: string,
): Promise<AccountReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  const definition = definitionOf(integration)
  const due = accountDue(account, schemeOf(definition).renewal(definition), ports.clock.now(), ports.random)
  await recorded(ports.store, owner, accountDeed('thawed', account), (store) =>
    store.accounts.thaw(account.organizationId, id, due),
  )
  ports.changed(account)
  return readView(ports, owner, id)
}
