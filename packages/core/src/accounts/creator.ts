import type { AccountReply } from '@sallyport/contract'
import { actorNames } from '../audit/actor-names.ts'
import type { Asker } from '../audit/record.ts'
import type { AccountCreator, Store } from '../ports.ts'

/** Who makes an account by asking for it. */
export function creatorOf({ userId, keyId, connectLinkId }: Asker): AccountCreator {
  if (connectLinkId !== undefined) return { kind: 'connect_link', id: connectLinkId }
  if (userId !== undefined) return { kind: 'person', id: userId }
  return keyId === undefined ? { kind: 'operator', id: undefined } : { kind: 'key', id: keyId }
}

/** The accounts, each with what its creator is called now; whoever has gone has no name. */
export async function withCreatorNames(
  store: Pick<Store, 'people' | 'apiKeys'>,
  organizationId: string,
  accounts: readonly AccountReply[],
): Promise<AccountReply[]> {
  const creators = accounts.flatMap(({ createdBy }) => createdBy ?? [])
  const names = await actorNames(store, organizationId, creators)
  return accounts.map((account) => {
    const { createdBy } = account
    const name = createdBy?.id === undefined ? undefined : names.get(createdBy.id)
    return createdBy && name !== undefined ? { ...account, createdBy: { ...createdBy, name } } : account
  })
}
