import type { AccountReply } from '@sallyport/contract'
import type { RenewalPorts, Renewals } from '../credentials/renewals.ts'
import type { Revocations } from '../credentials/revocations.ts'
import type { Target } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { AccountRecord, IntegrationRecord } from '../ports.ts'
import { type AccountSight, sees } from '../principal.ts'
import type { Trial } from '../trial.ts'
import { accountView } from './view.ts'

export interface AccountPorts extends RenewalPorts {
  readonly renewals: Renewals
  readonly revocations: Revocations
  readonly publicUrl: string
  /** Sends the integration's test request as this account. */
  readonly tryOut: (target: Target) => Promise<Trial>
  /** Notes that an account is used. */
  readonly used: (account: AccountRecord) => void
}

/** Whose accounts, and which. */
export interface AccountOwner extends AccountSight {
  readonly organizationId: string
}

/** @throws SallyportError not_found, the same for foreign and absent ones (D6) */
export async function readRecords(
  ports: Pick<AccountPorts, 'store'>,
  owner: AccountOwner,
  id: string,
): Promise<{ account: AccountRecord; integration: IntegrationRecord }> {
  const found = await ports.store.accounts.get(owner.organizationId, id)
  const account = found && sees(owner, found) ? found : undefined
  const integration =
    account && (await ports.store.integrations.get(owner.organizationId, account.integrationId))
  if (!account || !integration) throw new SallyportError('not_found')
  return { account, integration }
}

/** Whether tags are not those that the owner's accounts all have. */
export function isOtherwiseTagged(
  tags: Readonly<Record<string, string>>,
  { tags: own = {} }: AccountOwner,
): boolean {
  return Object.entries(tags).some(([name, value]) => Object.hasOwn(own, name) && own[name] !== value)
}

/** The account as it is stored now. */
export async function readView(
  ports: Pick<AccountPorts, 'store' | 'clock'>,
  owner: AccountOwner,
  id: string,
): Promise<AccountReply> {
  const { account, integration } = await readRecords(ports, owner, id)
  return accountView(account, integration, ports.clock.now())
}
