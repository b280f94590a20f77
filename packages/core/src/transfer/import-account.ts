import { createHash } from 'node:crypto'
import type { SealedContent } from '@sallyport/contract'
import { accountDeed } from '../accounts/audited.ts'
import { creatorOf } from '../accounts/creator.ts'
import { recorded } from '../audit/record.ts'
import { secretsSet } from '../credentials/commit.ts'
import { definitionOf } from '../credentials/definition.ts'
import { accountDue } from '../credentials/due.ts'
import { parseCredential, sealCredential } from '../credentials/seal.ts'
import { invalid } from '../error.ts'
import type { AccountRecord } from '../ports.ts'
import type { Principal } from '../principal.ts'
import { schemeOf } from '../schemes/index.ts'
import type { ImportPorts } from './import.ts'
import type { Imported } from './import-parts.ts'

/** Makes an account as it was where it comes from, under an id of this organization's own; one that is here stays. */
export async function importAccount(
  ports: ImportPorts,
  principal: Principal,
  part: SealedContent['accounts'][number],
): Promise<readonly Imported[]> {
  const { store, clock, random, vault } = ports
  const { organizationId } = principal
  const id = idHere(organizationId, part.id)
  const done = (outcome: Imported['outcome']): Imported[] => [
    { kind: 'account', key: part.id, id, outcome, missing: [] },
  ]
  if (await store.accounts.get(organizationId, id)) return done('unchanged')
  const integration = await store.integrations.getByKey(organizationId, part.integration)
  const environment = await store.environments.get(organizationId, part.environment)
  const faults = [
    ...(integration ? [] : [unknown('integration')]),
    ...(environment ? [] : [unknown('environment')]),
  ]
  if (!integration || !environment) throw invalid('input_invalid', faults)
  const { integration: _, environment: __, credential: text, ...details } = part
  const credential = parseCredential(text)
  const definition = definitionOf(integration)
  const now = clock.now()
  const row = { organizationId, environment: environment.key, id, generation: Math.max(1, part.generation) }
  const account: AccountRecord = {
    ...details,
    ...row,
    issuedAt: part.issuedAt,
    expiresAt: part.expiresAt,
    refreshExpiresAt: part.refreshExpiresAt,
    connectedAt: part.connectedAt ?? now,
    integrationId: integration.id,
    reason: undefined,
    reasonDetail: undefined,
    credential: await sealCredential(vault, row, credential),
    secretsSet: secretsSet(credential),
    revocation: undefined,
    exportedAt: undefined,
    differences: undefined,
    dueAt: undefined,
    statusSince: now,
    createdBy: creatorOf(principal),
    version: 1,
    lastUsedAt: undefined,
    createdAt: now,
    updatedAt: now,
  }
  const dueAt = accountDue(account, schemeOf(definition).renewal(definition), now, random)
  const deed = accountDeed('imported', account)
  await recorded(store, principal, deed, (within) => within.accounts.create({ ...account, dueAt }))
  return done('created')
}

/**
 * The same for the same account each time, so that a second import makes no second one; and another in each organization,
 * as accounts of two never share an id.
 */
function idHere(organizationId: string, id: string): string {
  const digest = createHash('sha256').update(`${organizationId} ${id}`).digest('hex')
  const own = BigInt(`0x${digest}`).toString(36).slice(-16).padStart(16, '0')
  // What an id begins with is its age.
  return `${id.slice(0, 13)}${own}`
}

function unknown(what: string) {
  const message = `There is no ${what} of this key. Import it along, or create it first.`
  return { path: `/${what}`, code: `unknown_${what}`, message }
}
