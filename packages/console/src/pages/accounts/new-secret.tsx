import { Button } from '@mantine/core'
import type { AccountForm, AccountReply } from '@sallyport/contract'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Section } from '../../ui/page.tsx'
import { ParameterFields, SecretFields } from './account-fields.tsx'
import classes from './account-form.module.css'
import { filled, pathsOf } from './account-input.ts'

type Values = Readonly<Record<string, string>>

/** Another secret in place of the one that is stored, which nobody can see; the account is connected anew with it. */
export function NewSecret(content: {
  readonly account: Pick<AccountReply, 'id'>
  readonly form: AccountForm
  readonly onDone: (said: string) => void
  readonly onLeave: () => void
}) {
  const { account, form, onDone, onLeave } = content
  const [secret, setSecret] = useState<Values>({})
  const [parameters, setParameters] = useState<Values>({})
  const change = useChange(
    (body: { readonly secret: Values; readonly parameters?: Values }) =>
      request('PATCH', '/v1/accounts/{id}', { params: { id: account.id }, body }),
    ['accounts'],
    (changed) => {
      if (changed) onDone(changed.status === 'connected' ? 'It is connected.' : 'It is not connected yet.')
    },
  )
  const submit = () => {
    const changed = filled(parameters)
    change.mutate({ secret: filled(secret) ?? {}, ...(changed && { parameters: changed }) })
  }
  return (
    <Section title={asksForSecret(form) ? 'New secret' : 'Connect again'}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <ChangeProblem change={change} beside={pathsOf(form)} />
        <div className={classes.fields}>
          <ParameterFields
            parameters={secretParameters(form)}
            values={parameters}
            error={change.error}
            onChange={(name, value) => setParameters((before) => ({ ...before, [name]: value }))}
          />
          <SecretFields
            fields={form.secret}
            values={secret}
            error={change.error}
            onChange={(name, value) => setSecret((before) => ({ ...before, [name]: value }))}
          />
        </div>
        <p className={classes.note}>
          {asksForSecret(form)
            ? 'It replaces what is stored, and the account is tried with it.'
            : 'A token is fetched anew with what the integration holds.'}
        </p>
        <div className={classes.ways}>
          <Button type="submit" loading={change.isPending}>
            Connect again
          </Button>
          <Button variant="default" onClick={onLeave}>
            Cancel
          </Button>
        </div>
      </form>
    </Section>
  )
}

/** Whether its owner gives anything that only they know. */
export function asksForSecret(form: Pick<AccountForm, 'secret' | 'parameters'>): boolean {
  return form.secret.length > 0 || secretParameters(form).length > 0
}

/** What is left empty stays. */
function secretParameters({ parameters }: Pick<AccountForm, 'parameters'>) {
  return parameters.filter(({ secret }) => secret).map((parameter) => ({ ...parameter, required: false }))
}
