import { recorded } from '../audit/record.ts'
import { SallyportError } from '../error.ts'
import { type ActingSession, askerOf } from '../identity/sessions.ts'
import type { PersonRecord, Store } from '../ports.ts'

/** An identity provider, as a log-in page offers it to anybody. */
export interface LoginProvider {
  readonly id: string
  readonly name: string
}

const most = 100

/** By which providers an organization's people log in; none where there is no such organization. */
export async function loginProviders(
  { store }: { readonly store: Store },
  organizationId: string,
): Promise<readonly LoginProvider[]> {
  const { items } = await store.identityProviders.list(organizationId, { limit: most, after: undefined })
  return items.filter(({ disabled }) => !disabled).map(({ id, name }) => ({ id, name }))
}

/** By which of them a person can prove who they are, and which they could link. */
export async function ownProviders(
  { store }: { readonly store: Store },
  { organizationId, id }: Pick<PersonRecord, 'organizationId' | 'id'>,
): Promise<{ readonly linked: readonly LinkedProvider[]; readonly others: readonly LoginProvider[] }> {
  const identities = await store.userIdentities.list(organizationId, [id])
  const { items } = await store.identityProviders.list(organizationId, { limit: most, after: undefined })
  const usable = items.filter(({ disabled }) => !disabled)
  const issuers = new Set(identities.map(({ issuer }) => issuer))
  return {
    linked: [...issuers].map((issuer) => {
      const provider = usable.find((each) => each.issuer === issuer)
      return { issuer, ...(provider && { id: provider.id, name: provider.name }) }
    }),
    others: usable
      .filter(({ issuer }) => !issuers.has(issuer))
      .map((provider) => ({ id: provider.id, name: provider.name })),
  }
}

/** An identity of a person; with the provider by which they use it, where that is still there. */
export interface LinkedProvider extends Partial<LoginProvider> {
  readonly issuer: string
}

/**
 * Somebody logs in by an issuer no more.
 *
 * @throws SallyportError not_found; last_login where no other way would be left
 */
export async function unlinkIdentity(
  { store }: { readonly store: Store },
  acting: ActingSession,
  issuer: string,
): Promise<void> {
  const { organizationId, id, email } = acting.person
  const deed = {
    action: 'user.identity_unlinked',
    target: { kind: 'user', id, name: email },
    changes: [{ field: '/identities', before: { issuer } }],
  }
  await recorded(store, askerOf(acting), deed, async (within) => {
    if (!(await within.userIdentities.delete(organizationId, id, issuer)))
      throw new SallyportError('not_found')
    const person = await within.people.get(organizationId, id)
    const left = await within.userIdentities.list(organizationId, [id])
    if (person?.passwordHash === undefined && left.length === 0) throw new SallyportError('last_login')
  })
}
