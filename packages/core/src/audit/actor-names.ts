import type { Store } from '../ports.ts'

/** Who did something: only keys and people have names. */
interface Actor {
  readonly kind: string
  readonly id?: string | undefined
}

/** What those are called now who are still there: what they did knows their ids alone. */
export async function actorNames(
  store: Pick<Store, 'people' | 'apiKeys'>,
  organizationId: string,
  actors: readonly Actor[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map(actors.flatMap(({ id, kind }) => (id === undefined ? [] : [[id, kind]])))
  const found = await Promise.all(
    [...known].map(async ([id, kind]) => {
      const actor =
        kind === 'person'
          ? await store.people.get(organizationId, id)
          : await store.apiKeys.get(organizationId, id)
      return [id, actor?.name] as const
    }),
  )
  return new Map(found.flatMap(([id, name]) => (name === undefined ? [] : [[id, name]])))
}
