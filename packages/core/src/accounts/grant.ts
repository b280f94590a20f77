import { commit } from '../credentials/commit.ts'
import type { Target } from '../credentials/target.ts'
import { SallyportError } from '../error.ts'
import type { AccountRecord } from '../ports.ts'
import type { Tokens } from '../schemes/scheme.ts'
import { differencesOf } from './differences.ts'
import type { AccountPorts } from './ports.ts'

const mostAttempts = 5

/**
 * Commits what a person has just granted: whatever a renewal did meanwhile, the newest grant holds. Unless nobody
 * wants it any more, because the account was disconnected or its definition moved: then it goes back to the provider.
 *
 * @throws SallyportError not_found, changed_meanwhile
 */
export async function commitGrant(
  ports: AccountPorts,
  target: Target,
  tokens: Tokens | undefined,
  isWanted: () => Promise<boolean>,
): Promise<AccountRecord> {
  const credential = { ...target.credential, tokens }
  const names = differencesOf(target, tokens)
  let account: AccountRecord | undefined = target.account
  for (let attempt = 0; attempt < mostAttempts && account && (await isWanted()); attempt += 1) {
    const differences = { generation: account.generation + 1, names }
    const stored = await commit(ports, { ...target, account: { ...account, differences } }, credential)
    if (stored) return stored
    account = await ports.store.accounts.get(account.organizationId, account.id)
  }
  if (tokens) await ports.revocations.discard(target, tokens)
  throw new SallyportError(account ? 'changed_meanwhile' : 'not_found')
}
