import { Button, TextInput } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { faultAt } from '../../api/faults.ts'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { type AdapterDraft, AdapterFields, adapterInput, emptyAdapter } from './adapter-fields.tsx'
import classes from './fields.module.css'

interface Row extends AdapterDraft {
  readonly id: number
}

/** An app is made: what it is called, and what it calls. */
export function NewAppPage() {
  const [key, setKey] = useState('')
  const [name, setName] = useState('')
  const [rows, setRows] = useState<readonly Row[]>([{ ...emptyAdapter, id: 0 }])
  const navigate = useNavigate()
  const making = useChange(() => {
    const given = rows.filter((row) => row.name !== '' || row.integration !== '')
    return request('POST', '/v1/apps', { body: { key, name, adapters: given.map(adapterInput) } })
  }, ['apps'])
  const { error } = making
  const submit = (event: React.FormEvent) => {
    event.preventDefault()
    making.mutate(undefined, {
      onSuccess: (made) => void navigate({ to: '/apps/$key', params: { key: made.key } }),
    })
  }
  return (
    <>
      <Trail>
        <Link to="/apps">Apps</Link>
      </Trail>
      <Page title="New app">
        <ChangeProblem change={making} beside={['/name', '/key', '/adapters']} />
        <form noValidate onSubmit={submit}>
          <Section title="The app">
            <div className={`${classes.form} ${classes.short}`}>
              <TextInput
                label="Name"
                required
                maxLength={200}
                value={name}
                error={faultAt(error, '/name')}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <TextInput
                label="Key"
                description="Letters and digits; it never changes"
                required
                maxLength={64}
                autoComplete="off"
                value={key}
                error={faultAt(error, '/key')}
                onChange={(event) => setKey(event.currentTarget.value)}
              />
            </div>
          </Section>
          <Section title="What it calls">
            <AdapterRows rows={rows} error={error} onChange={setRows} />
          </Section>
          <div className={classes.ways}>
            <Button type="submit" loading={making.isPending}>
              Make the app
            </Button>
            <p className={classes.note}>It starts with the profiles dev, qa and prod.</p>
          </div>
        </form>
      </Page>
    </>
  )
}

function AdapterRows(content: {
  readonly rows: readonly Row[]
  readonly error: unknown
  readonly onChange: (rows: readonly Row[]) => void
}) {
  const { rows, error, onChange } = content
  const add = () =>
    onChange([...rows, { ...emptyAdapter, id: Math.max(-1, ...rows.map(({ id }) => id)) + 1 }])
  // What is left empty is not sent, so the API counts without it.
  const sent = rows.filter((row) => row.name !== '' || row.integration !== '')
  return (
    <div className={classes.form}>
      <p className={classes.note}>
        An adapter is the app’s own name for an API. Code calls it, and each profile says with which account.
      </p>
      {rows.map((row, index) => (
        <fieldset key={row.id} className={classes.group}>
          <legend>Adapter {index + 1}</legend>
          <AdapterFields
            draft={row}
            error={error}
            path={`/adapters/${sent.indexOf(row)}`}
            onChange={(draft) =>
              onChange(rows.map((each) => (each.id === row.id ? { ...row, ...draft } : each)))
            }
          />
          <Button
            size="compact-sm"
            variant="default"
            mt="xs"
            onClick={() => onChange(rows.filter((each) => each.id !== row.id))}
          >
            Leave adapter {index + 1} out
          </Button>
        </fieldset>
      ))}
      <div>
        <Button variant="default" onClick={add}>
          Add an adapter
        </Button>
      </div>
    </div>
  )
}
