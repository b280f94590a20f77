import type { AccountReply } from '@sallyport/contract'

const kinds = {
  person: 'a person who has gone',
  key: 'a key that has gone',
  operator: 'the operator’s key',
  connect_link: 'a connect link',
} as const

/** Whose account it is, as far as is known: who made it. */
export function creatorName({ createdBy }: Pick<AccountReply, 'createdBy'>): string {
  if (!createdBy) return 'somebody'
  return createdBy.name ?? kinds[createdBy.kind]
}
