import { Checkbox } from '@mantine/core'
import type { Scope } from '@sallyport/contract'
import classes from './scope-choice.module.css'
import { scopeWords } from './scope-words.ts'

/** Which of these scopes: each with words on what it allows. */
export function ScopeChoice(content: {
  readonly legend: string
  readonly offered: readonly Scope[]
  readonly chosen: readonly Scope[]
  readonly error?: string | undefined
  readonly onChange: (chosen: readonly Scope[]) => void
}) {
  const { legend, offered, chosen, error, onChange } = content
  const turn = (scope: Scope, isOn: boolean) =>
    onChange(offered.filter((each) => (each === scope ? isOn : chosen.includes(each))))
  return (
    <fieldset className={classes.choice}>
      <legend>{legend}</legend>
      {error !== undefined && <p className={classes.error}>{error}</p>}
      {offered.map((scope) => (
        <Checkbox
          key={scope}
          label={scopeWords[scope].label}
          description={`${scope}: ${scopeWords[scope].allows}`}
          checked={chosen.includes(scope)}
          onChange={(event) => turn(scope, event.currentTarget.checked)}
        />
      ))}
    </fieldset>
  )
}

/** What these scopes allow, in words. */
export function ScopeList({ scopes }: { readonly scopes: readonly Scope[] }) {
  return (
    <ul className={classes.list}>
      {scopes.map((scope) => (
        <li key={scope}>
          <strong>{scopeWords[scope].label}</strong>
          <span>
            <code>{scope}</code> {scopeWords[scope].allows}
          </span>
        </li>
      ))}
    </ul>
  )
}
