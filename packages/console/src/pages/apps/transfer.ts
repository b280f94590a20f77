import type { ProfileReply } from '@sallyport/contract'

/** What is done with a profile: its settings go to another one, or all of it that can. */
export type TransferKind = 'promote' | 'copy'

/** What a profile would be changed by, before it is. */
export interface TransferPreview {
  readonly settings: readonly SettingChange[]
  readonly bindings: readonly BindingChange[]
  /** Why bindings stay as they are; undefined where they go along. */
  readonly bindingsStay: 'promoted' | 'other_environment' | undefined
  /** Adapters that the other profile binds to nothing afterwards. */
  readonly unbound: readonly string[]
}

export interface SettingChange {
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
}

export interface BindingChange {
  readonly adapter: string
  /** Account ids. */
  readonly before: string | undefined
  readonly after: string | undefined
}

type Profile = Pick<ProfileReply, 'environment' | 'bindings' | 'settings' | 'unbound'>

/** What a transfer does, by the same rules as the API: `to` is undefined for a profile that is made by a copy. */
export function previewOf(kind: TransferKind, from: Profile, to: Profile | undefined): TransferPreview {
  const settings = changes(to?.settings ?? {}, from.settings).map(([name, before, after]) => ({
    ...{ name, before, after },
  }))
  const bindingsStay =
    kind === 'promote' && to
      ? 'promoted'
      : to && to.environment !== from.environment
        ? 'other_environment'
        : undefined
  if (bindingsStay !== undefined && to) return { settings, bindings: [], bindingsStay, unbound: to.unbound }
  const bindings = changes(to?.bindings ?? {}, from.bindings).map(([adapter, before, after]) => ({
    ...{ adapter, before, after },
  }))
  return { settings, bindings, bindingsStay: undefined, unbound: from.unbound }
}

type Values = Readonly<Record<string, string>>

/** Names are the user's own, and may be those of what every object has. */
function changes(
  before: Values,
  after: Values,
): readonly (readonly [string, string | undefined, string | undefined])[] {
  const own = (values: Values, name: string) => (Object.hasOwn(values, name) ? values[name] : undefined)
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((name) => [name, own(before, name), own(after, name)] as const)
    .filter(([, was, is]) => was !== is)
}
