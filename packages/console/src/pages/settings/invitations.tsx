import { Button, NativeSelect, TextInput } from '@mantine/core'
import type { InvitationReply, NewInvitationReply } from '@sallyport/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { ownUser } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Section } from '../../ui/page.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { Table } from '../../ui/table.tsx'
import { useDraft } from '../../ui/use-draft.ts'
import { grantableRoles } from './grantable.ts'
import { invitations, roles } from './queries.ts'
import classes from './settings.module.css'

/** Who is invited, and the way to invite somebody. */
export function Invitations() {
  const [made, setMade] = useState<NewInvitationReply>()
  return (
    <>
      <Section title="Invite somebody">
        <Invite onMade={setMade} />
        {made && (
          <div className={classes.after}>
            <SecretOnce label={`The address for ${made.email}`} secret={made.url} advice="send it to them" />
            <p className={classes.note}>
              It works once, and ends <Moment at={made.expiresAt} />. Sallyport sends no mail.
            </p>
          </div>
        )}
      </Section>
      <Section title="Invited">
        <Loaded query={useQuery(invitations)}>{(invited) => <Invited invited={invited} />}</Loaded>
      </Section>
    </>
  )
}

function Invite({ onMade }: { readonly onMade: (made: NewInvitationReply | undefined) => void }) {
  const [draft, set] = useDraft({ email: '', role: 'developer' })
  const all = useQuery(roles).data ?? []
  const me = useQuery(ownUser).data
  const change = useChange(
    (body: typeof draft) => request('POST', '/v1/invitations', { body }),
    ['invitations'],
    (made) => {
      onMade(made)
      if (made) set({ email: '' })
    },
  )
  const choices = me ? grantableRoles(all, me).map(({ key, name }) => ({ value: key, label: name })) : []
  return (
    <>
      <ChangeProblem change={change} beside={['/email', '/role']} />
      <form
        noValidate
        className={classes.row}
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate(draft)
        }}
      >
        <TextInput
          label="E-mail address"
          type="email"
          autoComplete="off"
          value={draft.email}
          error={faultAt(change.error, '/email')}
          onChange={(event) => set({ email: event.currentTarget.value })}
        />
        <NativeSelect
          label="Role"
          data={choices}
          value={draft.role}
          error={faultAt(change.error, '/role')}
          onChange={(event) => set({ role: event.currentTarget.value })}
        />
        <Button type="submit" loading={change.isPending}>
          Invite
        </Button>
      </form>
    </>
  )
}

function Invited({ invited }: { readonly invited: readonly InvitationReply[] }) {
  const withdraw = useChange(
    (id: string) => request('DELETE', '/v1/invitations/{id}', { params: { id } }),
    ['invitations'],
  )
  return (
    <>
      <ChangeProblem change={withdraw} />
      {invited.length === 0 ? (
        <Empty>Nobody is invited at the moment.</Empty>
      ) : (
        <Table heads={['E-mail address', 'Role', 'Can be used until', 'Withdraw']}>
          {invited.map(({ id, email, role, expiresAt }) => (
            <tr key={id}>
              <th scope="row">{email}</th>
              <td data-label="Role">{role}</td>
              <td data-label="Can be used until">
                <Moment at={expiresAt} />
              </td>
              <td>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Withdraw the invitation of ${email}`}
                  loading={withdraw.isPending && withdraw.variables === id}
                  onClick={() => withdraw.mutate(id)}
                >
                  Withdraw
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  )
}
