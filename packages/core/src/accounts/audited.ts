import type { AccountPatch } from '@sallyport/contract'
import { changesBetween } from '../audit/changes.ts'
import type { Asker, Deed } from '../audit/record.ts'
import type { AccountRecord } from '../ports.ts'
import type { AccountOwner } from './ports.ts'

/** Who changes which accounts. */
export type AccountAsker = AccountOwner & Asker

/** What the audit says of what was done to an account. */
export function accountDeed(
  what: string,
  { id, name }: Pick<AccountRecord, 'id' | 'name'>,
  changes: Deed['changes'] = [],
): Deed {
  return { action: `account.${what}`, target: { kind: 'account', id, name }, changes }
}

/** A new account: which secrets it was given is in `secretsSet`. */
export function accountCreation(account: AccountRecord): Deed {
  const { integrationId: integration, environment, secretsSet } = account
  const fields = { integration, environment, ...fieldsOf(account) }
  return accountDeed('created', account, changesBetween({}, fields, { secrets: secretsSet }))
}

/** A change by a person, with the secrets that came along. */
export function accountUpdate(before: AccountRecord, after: AccountRecord, patch: AccountPatch): Deed {
  const isVisible = (name: string) => name in before.parameters || name in after.parameters
  const secrets = [
    ...Object.keys(patch.secret ?? {}).map((name) => `/secret/${name}`),
    ...Object.keys(patch.parameters ?? {})
      .filter((name) => !isVisible(name))
      .map((name) => `/parameters/${name}`),
  ]
  return accountDeed('updated', after, changesBetween(fieldsOf(before), fieldsOf(after), { secrets }))
}

/** The generation, so that a credential that was put back in place of this one is noticed (E9). */
function fieldsOf({ name, disabled, tags, parameters, generation }: AccountRecord): Record<string, unknown> {
  return { name, disabled, tags, parameters, generation }
}
