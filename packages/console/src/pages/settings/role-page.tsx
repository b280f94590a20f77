import type { RoleReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ownUser } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeForm } from '../../ui/change-form.tsx'
import { Deleting } from '../../ui/deleting.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { ScopeList } from '../../ui/scope-choice.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { roles } from './queries.ts'
import { leftOut, type RoleDraft, RoleFields, scopesOf } from './role-form.tsx'
import { SettingsPage } from './settings-page.tsx'

const within = <Link to="/settings/roles">Roles</Link>

/** A role: what it allows; one of the organization's own can be changed and deleted. */
export function RolePage() {
  const { key } = useParams({ from: '/settings/roles/$key' })
  const query = useQuery(roles)
  const role = query.data?.find((each) => each.key === key)
  return (
    <SettingsPage title={role?.name ?? 'Role'} within={within}>
      <Loaded query={query} rows={5}>
        {(all) =>
          role ? (
            <Role role={role} roles={all} />
          ) : (
            <Empty>There is no such role. It may have been deleted.</Empty>
          )
        }
      </Loaded>
    </SettingsPage>
  )
}

function Role({ role, roles }: { readonly role: RoleReply; readonly roles: readonly RoleReply[] }) {
  if (role.builtIn) {
    return (
      <Section title="May">
        <ScopeList scopes={role.scopes} />
      </Section>
    )
  }
  return (
    <>
      <Section title="What it allows">
        <RoleForm role={role} roles={roles} />
      </Section>
      <Section title="Delete">
        <Deleting
          name={role.name}
          tells="Nobody may have it any more: people, invitations and identity providers are given another one first."
          remove={() => request('DELETE', '/v1/roles/{key}', { params: { key: role.key } })}
          keys={['roles']}
          to="/settings/roles"
        />
      </Section>
    </>
  )
}

function RoleForm({ role, roles }: { readonly role: RoleReply; readonly roles: readonly RoleReply[] }) {
  const { key, name, base = 'auditor', scopes } = role
  const [draft, set] = useDraft<RoleDraft>({ key, name, base, scopes })
  const mine = useQuery(ownUser).data?.scopes ?? []
  const change = useChange(
    (given: RoleDraft) =>
      request('PATCH', '/v1/roles/{key}', {
        params: { key },
        body: { name: given.name, base: given.base, without: leftOut(given, roles) },
      }),
    ['roles'],
  )
  return (
    <ChangeForm
      change={change}
      given={draft}
      action="Save"
      beside={['/name', '/base', '/without']}
      done="Saved. It holds for everybody who has the role."
    >
      <RoleFields draft={draft} roles={roles} mine={mine} isNew={false} error={change.error} set={set} />
    </ChangeForm>
  )
}

/** Makes a role of a built-in one. */
export function NewRolePage() {
  return (
    <SettingsPage
      title="Make a role"
      within={within}
      tells="Choose a built-in role, and take away what its people shall not do."
    >
      <Section title="The role">
        <Loaded query={useQuery(roles)}>{(all) => <NewRole roles={all} />}</Loaded>
      </Section>
    </SettingsPage>
  )
}

function NewRole({ roles }: { readonly roles: readonly RoleReply[] }) {
  const mine = useQuery(ownUser).data?.scopes ?? []
  const base = 'developer'
  const [draft, set] = useDraft<RoleDraft>({ key: '', name: '', base, scopes: scopesOf(base, roles) })
  const navigate = useNavigate()
  const change = useChange(
    async (given: RoleDraft) => {
      const body = { key: given.key, name: given.name, base: given.base, without: leftOut(given, roles) }
      const { key } = await request('POST', '/v1/roles', { body })
      await navigate({ to: '/settings/roles/$key', params: { key } })
    },
    ['roles'],
  )
  return (
    <ChangeForm
      change={change}
      given={draft}
      action="Make it"
      beside={['/key', '/name', '/base', '/without']}
    >
      <RoleFields draft={draft} roles={roles} mine={mine} isNew error={change.error} set={set} />
    </ChangeForm>
  )
}
