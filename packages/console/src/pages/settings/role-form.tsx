import { NativeSelect } from '@mantine/core'
import type { BuiltInRoleName, RoleReply, Scope } from '@sallyport/contract'
import { faultAt } from '../../api/faults.ts'
import { ScopeChoice } from '../../ui/scope-choice.tsx'
import { NameAndKey } from './name-and-key.tsx'
import classes from './settings.module.css'

/** What a role is made of. */
export interface RoleDraft {
  readonly key: string
  readonly name: string
  readonly base: BuiltInRoleName
  readonly scopes: readonly Scope[]
}

/** What its base holds and this role shall not. */
export function leftOut({ base, scopes }: RoleDraft, roles: readonly RoleReply[]): Scope[] {
  return scopesOf(base, roles).filter((scope) => !scopes.includes(scope))
}

export function scopesOf(base: string, roles: readonly RoleReply[]): readonly Scope[] {
  return roles.find(({ key }) => key === base)?.scopes ?? []
}

/** The fields of a role: a built-in one, and which of its scopes stay. What somebody lacks themselves they cannot give. */
export function RoleFields(content: {
  readonly draft: RoleDraft
  readonly roles: readonly RoleReply[]
  readonly mine: readonly Scope[]
  readonly isNew: boolean
  readonly error: unknown
  readonly set: (change: Partial<RoleDraft>) => void
}) {
  const { draft, roles, mine, isNew, error, set } = content
  const bases = roles.filter(({ builtIn }) => builtIn).map(({ key, name }) => ({ value: key, label: name }))
  const offered = (base: string) => scopesOf(base, roles).filter((scope) => mine.includes(scope))
  return (
    <>
      <NameAndKey draft={draft} isNew={isNew} error={error} set={set} />
      <NativeSelect
        label="Made of"
        data={bases}
        value={draft.base}
        error={faultAt(error, '/base')}
        onChange={(event) => {
          const base = event.currentTarget.value as BuiltInRoleName
          set({ base, scopes: offered(base) })
        }}
      />
      <div className={classes.after}>
        <ScopeChoice
          legend="May"
          offered={offered(draft.base)}
          chosen={draft.scopes}
          error={faultAt(error, '/without')}
          onChange={(scopes) => set({ scopes })}
        />
      </div>
    </>
  )
}
