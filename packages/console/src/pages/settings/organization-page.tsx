import { TextInput } from '@mantine/core'
import type { OwnUserReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { faultAt } from '../../api/faults.ts'
import { ownUser } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { Organizations } from './organizations.tsx'
import classes from './settings.module.css'
import { SettingsPage } from './settings-page.tsx'

/** Whose all of this is, and where it lies. */
export function OrganizationPage() {
  return (
    <SettingsPage
      title="Organization and realm"
      tells="Nothing is seen from one organization to another. What one has lies in its realm: it never leaves that."
    >
      <Loaded query={useQuery(ownUser)}>
        {(me) => (
          <>
            <Section title="Organization">
              <Name key={me.organization} me={me} />
            </Section>
            <Section title="Realm">
              <Realm me={me} />
            </Section>
            {me.operator && <Organizations own={me.organization} />}
          </>
        )}
      </Loaded>
    </SettingsPage>
  )
}

function Name({ me: { organization: id, organizationName } }: { readonly me: OwnUserReply }) {
  const [draft, set] = useDraft({ name: organizationName })
  const change = useChange(
    (body: typeof draft) => request('PATCH', '/v1/organizations/{id}', { params: { id }, body }),
    ['users', 'organizations'],
  )
  return (
    <>
      <Facts facts={{ 'Organization id': <code>{id}</code> }} />
      <ChangeForm change={change} given={draft} action="Save" beside={['/name']} done="Saved.">
        <TextInput
          label="Name"
          value={draft.name}
          error={faultAt(change.error, '/name')}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
      </ChangeForm>
    </>
  )
}

function Realm({ me: { realm } }: { readonly me: OwnUserReply }) {
  return (
    <>
      <Facts facts={{ Realm: realm.name, 'Public address': <code>{realm.publicUrl}</code> }} />
      <p className={classes.note}>
        A realm has a public address, a database and outer keys of its own. Redirect URIs begin with its
        address. Whoever runs Sallyport says which realms there are, by <code>SALLYPORT_REALMS</code>.
      </p>
    </>
  )
}
