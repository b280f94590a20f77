import { Button, TextInput } from '@mantine/core'
import type { NewOrganizationReply, OrganizationReply } from '@sallyport/contract'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { whole } from '../../api/whole.ts'
import { Badge } from '../../ui/badge.tsx'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Confirmation } from '../../ui/confirmation.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/page.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { Table } from '../../ui/table.tsx'
import classes from './settings.module.css'

const organizations = queryOptions({
  queryKey: ['organizations'],
  queryFn: () => whole((query) => request('GET', '/v1/organizations', { query })),
})

/** For the operator: all organizations of the realm. */
export function Organizations({ own }: { readonly own: string }) {
  return (
    <>
      <Section title="Make an organization">
        <Making />
      </Section>
      <Section title="All organizations of this realm">
        <Loaded query={useQuery(organizations)}>{(all) => <List all={all} own={own} />}</Loaded>
      </Section>
    </>
  )
}

function Making() {
  const [name, setName] = useState('')
  const [made, setMade] = useState<NewOrganizationReply>()
  const change = useChange(
    (body: { readonly name: string }) => request('POST', '/v1/organizations', { body }),
    ['organizations'],
    (outcome) => {
      setMade(outcome)
      if (outcome) setName('')
    },
  )
  return (
    <>
      <ChangeProblem change={change} beside={['/name']} />
      <form
        noValidate
        className={classes.row}
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate({ name })
        }}
      >
        <TextInput
          label="Name of the new organization"
          value={name}
          error={faultAt(change.error, '/name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={change.isPending}>
          Make it
        </Button>
      </form>
      {made && (
        <div className={classes.after}>
          <SecretOnce label={`The first key of ${made.name}`} secret={made.key} />
        </div>
      )}
    </>
  )
}

interface Deed {
  readonly verb: 'suspend' | 'resume' | 'delete'
  readonly organization: OrganizationReply
}

const questions = {
  suspend: {
    title: 'Suspend',
    tells: 'Its keys and people are refused at once, and its tokens are not renewed until it is resumed.',
  },
  resume: { title: 'Resume', tells: 'Its keys and people are let in again, and its tokens renewed.' },
  delete: {
    title: 'Delete',
    tells:
      'All that it holds is destroyed for good: accounts, definitions, people, its audit, and the keys that its secrets are sealed with. No backup made before brings it back into use.',
  },
} as const

function List({ all, own }: { readonly all: readonly OrganizationReply[]; readonly own: string }) {
  const [asked, setAsked] = useState<Deed>()
  const change = useChange(
    async ({ verb, organization: { id } }: Deed) => {
      const params = { id }
      if (verb === 'delete') await request('DELETE', '/v1/organizations/{id}', { params })
      else
        await request('PATCH', '/v1/organizations/{id}', { params, body: { suspended: verb === 'suspend' } })
    },
    ['organizations'],
    () => setAsked(undefined),
  )
  return (
    <>
      <ChangeProblem change={change} />
      <Table heads={['Organization', 'Id', 'State', 'Made', 'Change']}>
        {all.map((each) => (
          <OrganizationRow key={each.id} organization={each} isOwn={each.id === own} onAsk={setAsked} />
        ))}
      </Table>
      {asked && (
        <Confirmation
          title={`${questions[asked.verb].title} ${asked.organization.name}?`}
          action={questions[asked.verb].title}
          isUnderWay={change.isPending}
          onConfirm={() => change.mutate(asked)}
          onLeave={() => setAsked(undefined)}
        >
          <p>{questions[asked.verb].tells}</p>
        </Confirmation>
      )}
    </>
  )
}

function OrganizationRow(content: {
  readonly organization: OrganizationReply
  readonly isOwn: boolean
  readonly onAsk: (deed: Deed) => void
}) {
  const { organization, isOwn, onAsk } = content
  const { id, name, suspended, createdAt } = organization
  const ask = (verb: Deed['verb'], label: string) => (
    <Button
      size="xs"
      variant="default"
      aria-label={`${label} ${name}`}
      onClick={() => onAsk({ verb, organization })}
    >
      {label}
    </Button>
  )
  return (
    <tr>
      <th scope="row">{name}</th>
      <td data-label="Id">
        <code>{id}</code>
      </td>
      <td data-label="State">
        {suspended ? (
          <Badge tone="warn">Suspended</Badge>
        ) : (
          <Badge tone="good">{isOwn ? 'Yours' : 'Active'}</Badge>
        )}
      </td>
      <td data-label="Made">
        <Moment at={createdAt} />
      </td>
      <td>
        {!isOwn && (
          <div className={classes.ways}>
            {suspended ? ask('resume', 'Resume…') : ask('suspend', 'Suspend…')}
            {suspended && ask('delete', 'Delete…')}
          </div>
        )}
      </td>
    </tr>
  )
}
