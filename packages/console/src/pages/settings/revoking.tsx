import { Button, Checkbox } from '@mantine/core'
import type { RevocationFilter, RevocationPreview } from '@sallyport/contract'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { FilterFields } from './revocation-fields.tsx'
import { emptyFilter, filterOf, filterWords } from './revocation-filter.ts'
import classes from './settings.module.css'

const members = [...['/integration', '/client', '/environment', '/key', '/connectedSince', '/connectedUntil']]

/** Counts first; what is asked then says how many accounts of which integrations it would be. */
export function Revoking() {
  const [draft, set] = useDraft(emptyFilter)
  const [found, setFound] = useState<{
    readonly filter: RevocationFilter
    readonly preview: RevocationPreview
  }>()
  const navigate = useNavigate()
  const counting = useChange(async (filter: RevocationFilter) => {
    const preview = await request('POST', '/v1/revocations', { body: { ...filter, dryRun: true } })
    if ('dryRun' in preview) setFound({ filter, preview })
  }, [])
  const revoking = useChange(
    async (filter: RevocationFilter) => {
      const begun = await request('POST', '/v1/revocations', { body: filter })
      if ('id' in begun) await navigate({ to: '/settings/revocations/$id', params: { id: begun.id } })
    },
    ['revocations', 'accounts'],
    () => setFound(undefined),
  )
  return (
    <>
      <ChangeProblem change={counting} beside={members} />
      <ChangeProblem change={revoking} />
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          counting.mutate(filterOf(draft))
        }}
      >
        <div className={classes.fields}>
          {!draft.all && <FilterFields draft={draft} error={counting.error} set={set} />}
          <Checkbox
            label="Every account of the organization"
            checked={draft.all}
            onChange={(event) => set({ all: event.currentTarget.checked })}
          />
        </div>
        <Button type="submit" variant="default" loading={counting.isPending}>
          Count them…
        </Button>
      </form>
      {found && found.preview.total === 0 && (
        <p role="status" className={classes.note}>
          No account that holds a credential matches. There is nothing to revoke.
        </p>
      )}
      {found && found.preview.total > 0 && (
        <Confirmation
          title={`Disconnect ${accountsIn(found.preview.total)}?`}
          action={`Disconnect ${accountsIn(found.preview.total)}`}
          isUnderWay={revoking.isPending}
          onConfirm={() => revoking.mutate(found.filter)}
          onLeave={() => setFound(undefined)}
        >
          <Preview preview={found.preview} words={filterWords(found.filter)} />
        </Confirmation>
      )}
    </>
  )
}

export function accountsIn(total: number): string {
  return total === 1 ? '1 account' : `${total} accounts`
}

function Preview({ preview, words }: { readonly preview: RevocationPreview; readonly words: string }) {
  return (
    <>
      <p>
        Those of: {words}. Their secrets are destroyed, and calls with them fail until each is connected anew.
        It cannot be taken back.
      </p>
      <ul className={classes.plain}>
        {preview.integrations.map(({ integration, accounts, revocable }) => (
          <li key={integration}>
            {integration}: {accountsIn(accounts)}
            {revocable
              ? ''
              : '. Its definition names no way to tell the provider: end the tokens there by hand'}
          </li>
        ))}
      </ul>
    </>
  )
}
