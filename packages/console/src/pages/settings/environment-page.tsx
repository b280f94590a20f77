import { Textarea } from '@mantine/core'
import type { EnvironmentReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'
import { Deleting } from '../../ui/deleting.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { ConnectPageForm } from './connect-page-form.tsx'
import { faultOfLines, linesOf } from './lines.ts'
import { NameAndKey } from './name-and-key.tsx'
import { environment } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'

const within = <Link to="/settings/environments">Environments</Link>

interface Draft {
  readonly key: string
  readonly name: string
  readonly addresses: string
}

const bodyOf = ({ name, addresses }: Draft) => ({ name, returnUrls: linesOf(addresses) })

/** An environment: what it is called, and where people may be sent back to. */
export function EnvironmentPage() {
  const { key } = useParams({ from: '/settings/environments/$key' })
  const query = useQuery(environment(key))
  return (
    <SettingsPage title={query.data?.name ?? 'Environment'} within={within}>
      <Loaded query={query}>
        {(shown) => (
          <>
            <Section title="Name and return addresses">
              <EnvironmentForm key={shown.key} environment={shown} />
            </Section>
            <Section title="The page on which people connect accounts">
              <ConnectPageForm key={shown.key} environment={shown} />
            </Section>
            <Section title="Delete">
              <Deleting
                name={shown.name}
                tells="Only an empty one goes: without accounts, without profiles of apps that are bound to it, without keys of its own."
                remove={() => request('DELETE', '/v1/environments/{key}', { params: { key } })}
                keys={['environments']}
                to="/settings/environments"
              />
            </Section>
          </>
        )}
      </Loaded>
    </SettingsPage>
  )
}

function EnvironmentForm({
  environment: { key, name, returnUrls },
}: {
  readonly environment: EnvironmentReply
}) {
  const [draft, set] = useDraft<Draft>({ key, name, addresses: returnUrls.join('\n') })
  const change = useChange(
    (given: Draft) => request('PATCH', '/v1/environments/{key}', { params: { key }, body: bodyOf(given) }),
    ['environments'],
  )
  return (
    <ChangeForm change={change} given={draft} action="Save" beside={['/name', '/returnUrls']} done="Saved.">
      <Fields draft={draft} isNew={false} error={change.error} set={set} />
    </ChangeForm>
  )
}

/** Makes an environment. */
export function NewEnvironmentPage() {
  const [draft, set] = useDraft<Draft>({ key: '', name: '', addresses: '' })
  const navigate = useNavigate()
  const change = useChange(
    async (given: Draft) => {
      const { key } = await request('POST', '/v1/environments', {
        body: { key: given.key, ...bodyOf(given) },
      })
      await navigate({ to: '/settings/environments/$key', params: { key } })
    },
    ['environments'],
  )
  return (
    <SettingsPage title="Make an environment" within={within}>
      <Section title="The environment">
        <ChangeForm change={change} given={draft} action="Make it" beside={['/key', '/name', '/returnUrls']}>
          <Fields draft={draft} isNew error={change.error} set={set} />
        </ChangeForm>
      </Section>
    </SettingsPage>
  )
}

function Fields(content: {
  readonly draft: Draft
  readonly isNew: boolean
  readonly error: unknown
  readonly set: (change: Partial<Draft>) => void
}) {
  const { draft, isNew, error, set } = content
  return (
    <>
      <NameAndKey draft={draft} isNew={isNew} error={error} set={set} />
      <Textarea
        label="Return addresses"
        description="One a line. Whoever has connected an account is sent back to one of these, exactly as it stands here."
        placeholder="https://app.example.com/connected"
        rows={4}
        value={draft.addresses}
        error={faultOfLines(error, '/returnUrls', draft.addresses)}
        onChange={(event) => set({ addresses: event.currentTarget.value })}
      />
    </>
  )
}
