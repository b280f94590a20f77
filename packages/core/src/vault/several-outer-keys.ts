import { type OuterKeys, outerKeyIdOf } from './outer-keys.ts'
import { VaultError } from './vault-error.ts'

/** Outer keys from several places, as one: the first of them wraps, each unwraps what it wrapped. */
export function severalOuterKeys([first, ...others]: readonly [OuterKeys, ...OuterKeys[]]): OuterKeys {
  const all = [first, ...others]
  const holderOf = (id: string) => {
    const holder = all.find(({ ids }) => ids.includes(id))
    if (!holder)
      throw new VaultError('unknown_key', `The outer key "${id}" that this was sealed with is missing.`)
    return holder
  }
  return {
    currentId: first.currentId,
    ids: all.flatMap(({ ids }) => ids),
    wrap: (owner, dataKey) => first.wrap(owner, dataKey),
    unwrap: async (owner, wrapped) => holderOf(outerKeyIdOf(wrapped)).unwrap(owner, wrapped),
    sealCheck: async (id) => holderOf(id).sealCheck(id),
    openCheck: async (id, sealed) => holderOf(id).openCheck(id, sealed),
    async shred(organizationId) {
      for (const each of all) await each.shred(organizationId)
    },
    isOutOfReach: () => all.some((each) => each.isOutOfReach()),
    probe() {
      for (const each of all) each.probe()
    },
  }
}
