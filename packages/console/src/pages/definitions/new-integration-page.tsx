import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { DefinitionForm } from './definition-form.tsx'
import { provider } from './queries.ts'

/** An API that is defined: from an entry of the catalogue where the address names one, else from nothing. */
export function NewIntegrationPage() {
  const { provider: id } = useSearch({ from: '/integrations/new' })
  const navigate = useNavigate()
  const onSaved = ({ key }: { readonly key: string }) =>
    void navigate({ to: '/integrations/$key/edit', params: { key } })
  return (
    <Page title="New integration">
      {id === undefined ? (
        <DefinitionForm noun="integration" onSaved={onSaved} />
      ) : (
        <FromEntry id={id} onSaved={onSaved} />
      )}
    </Page>
  )
}

function FromEntry({
  id,
  onSaved,
}: {
  readonly id: string
  readonly onSaved: (saved: { readonly key: string }) => void
}) {
  const query = useQuery(provider(id))
  return (
    <Loaded query={query} rows={8}>
      {(entry) => <DefinitionForm noun="integration" entry={entry} onSaved={onSaved} />}
    </Loaded>
  )
}
