import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import classes from './account-form.module.css'
import { NewAccountForm } from './new-account-form.tsx'
import { accountForm } from './queries.ts'
import type { NewAccountSearch } from './search.ts'

/** Which integration comes first: it says what else there is to ask. */
export function NewAccount(content: {
  readonly integrations: readonly { readonly key: string; readonly name: string }[]
  readonly search: NewAccountSearch
}) {
  const { integrations, search } = content
  const navigate = useNavigate({ from: '/accounts/new' })
  const chosen = search.integration ?? integrations[0]?.key ?? ''
  const isKnown = integrations.some(({ key }) => key === chosen)
  const choices = integrations.map(({ key, name }) => ({ value: key, label: name }))
  return (
    <>
      <div className={classes.fields}>
        <NativeSelect
          label="Integration"
          description="How its API authenticates."
          value={chosen}
          data={isKnown ? choices : [...choices, { value: chosen, label: chosen }]}
          onChange={(event) => {
            const integration = event.currentTarget.value
            void navigate({ search: { ...search, integration }, replace: true })
          }}
        />
      </div>
      <Loaded query={useQuery(accountForm(chosen))}>
        {(form) => <NewAccountForm key={chosen} form={form} environment={search.environment} />}
      </Loaded>
    </>
  )
}
