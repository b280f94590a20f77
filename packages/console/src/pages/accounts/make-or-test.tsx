import { Button } from '@mantine/core'
import type { AccountForm } from '@sallyport/contract'
import classes from './account-form.module.css'

/** What comes of it is said before it is done: whether a person has to go to the provider. */
const next = {
  given: 'It is tried when it is made, as far as its integration says how.',
  fetched: 'A token is fetched when it is made.',
  authorized: 'Once it is made, the person whose account it is goes to the provider and lets Sallyport in.',
} as const

/** Makes the account; or only tries what was given, and stores nothing. */
export function MakeOrTest(content: {
  readonly form: Pick<AccountForm, 'connects' | 'canBeTried'>
  /** Tokens were given, so that nobody has to go anywhere. */
  readonly hasTokens: boolean
  readonly isTesting: boolean
  readonly isMaking: boolean
  readonly outcome: string | undefined
  readonly onTest: () => void
}) {
  const { form, hasTokens, isTesting, isMaking, outcome, onTest } = content
  const { connects, canBeTried } = form
  return (
    <>
      <p className={classes.note}>
        {hasTokens ? 'It is connected at once, with these tokens.' : next[connects]}
      </p>
      <div className={classes.ways}>
        <Button type="submit" loading={isMaking} disabled={isTesting}>
          Make the account
        </Button>
        {canBeTried && (
          <Button variant="default" loading={isTesting} disabled={isMaking} onClick={onTest}>
            Test before saving
          </Button>
        )}
      </div>
      <p role="status" className={classes.outcome}>
        {outcome}
      </p>
    </>
  )
}
