import { NativeSelect, TextInput } from '@mantine/core'
import type { AccountForm } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { HeldTokens, ParameterFields, SecretFields } from './account-fields.tsx'
import classes from './account-form.module.css'
import { filled, pathsOf } from './account-input.ts'
import { LinkInstead } from './connect-link.tsx'
import { MakeOrTest } from './make-or-test.tsx'
import { environments } from './queries.ts'
import { told } from './use-account-change.ts'

type Values = Readonly<Record<string, string>>
type Input = Parameters<typeof request<'POST', '/v1/accounts'>>[2]['body']

/** The fields that an integration needs, a trial of them, and the way on. */
export function NewAccountForm({
  form,
  environment: wanted,
}: {
  readonly form: AccountForm
  readonly environment: string | undefined
}) {
  const places = useQuery(environments).data?.items ?? []
  const [chosen, setEnvironment] = useState(wanted)
  const [name, setName] = useState(form.name)
  const [parameters, setParameters] = useValues()
  const [secret, setSecret] = useValues()
  const { test, make, change, act } = useMaking()
  const environment = chosen ?? places[0]?.key ?? ''
  const given = () => inputOf(form, { environment, name, parameters, secret })
  const { error } = change
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        act(make, given())
      }}
    >
      <ChangeProblem change={change} beside={pathsOf(form)} />
      <div className={classes.fields}>
        <TextInput
          label="Name"
          description="By which people find it."
          autoComplete="off"
          maxLength={200}
          value={name}
          error={faultAt(error, '/name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label="Environment"
          value={environment}
          data={places.map((place) => ({ value: place.key, label: place.name }))}
          error={faultAt(error, '/environment')}
          onChange={(event) => setEnvironment(event.currentTarget.value)}
        />
        <ParameterFields
          parameters={form.parameters}
          values={parameters}
          error={error}
          onChange={setParameters}
        />
        <SecretFields fields={form.secret} values={secret} error={error} onChange={setSecret} />
        <HeldTokens fields={form.tokens} values={secret} error={error} onChange={setSecret} />
      </div>
      <MakeOrTest
        form={form}
        hasTokens={form.tokens.some((field) => secret[field.name])}
        isTesting={test.isPending}
        isMaking={make.isPending}
        outcome={change === test && test.data ? told(test.data) : undefined}
        onTest={() => act(test, given())}
      />
      <LinkInstead what={{ integration: form.integration, environment, ...(name.trim() && { name }) }} />
    </form>
  )
}

/** What is written into several fields. */
function useValues() {
  const [values, setValues] = useState<Values>({})
  const set = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }))
  return [values, set] as const
}

/** Trying and making are told apart, and what is said is of the latter of them. */
function useMaking() {
  const navigate = useNavigate()
  const [isTried, setTried] = useState(false)
  const test = useChange((body: Input) => request('POST', '/v1/accounts/test', { body }), [])
  const make = useChange(
    (body: Input) => request('POST', '/v1/accounts', { body }),
    ['accounts'],
    (made) => {
      if (made) void navigate({ to: '/accounts/$id', params: { id: made.id } })
    },
  )
  const act = (which: typeof test | typeof make, body: Input) => {
    setTried(which === test)
    which.mutate(body)
  }
  return { test, make, change: isTried ? test : make, act }
}

function inputOf(
  { integration, parameters: asked }: AccountForm,
  draft: {
    readonly environment: string
    readonly name: string
    readonly parameters: Values
    readonly secret: Values
  },
): Input {
  const { environment, name, parameters } = draft
  const secret = filled(draft.secret)
  const known = Object.fromEntries(
    asked.map((parameter) => [parameter.name, parameters[parameter.name] ?? '']),
  )
  return {
    ...{ integration, name, parameters: filled(known) ?? {} },
    ...(environment !== '' && { environment }),
    ...(secret && { secret }),
  }
}
