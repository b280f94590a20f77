import { Button } from '@mantine/core'
import type { ImportReply } from '@sallyport/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { Table } from '../../ui/table.tsx'
import { readDocument } from './import-document.ts'
import classes from './settings.module.css'

type Read = ReturnType<typeof readDocument>

/** Takes an exported file over: first it is told what would happen. */
export function Importing() {
  const [read, setRead] = useState<Read>()
  const queries = useQueryClient()
  const field = useId()
  const change = useChange(
    async ({ document, dryRun }: { readonly document: object; readonly dryRun: boolean }) =>
      request('POST', '/v1/import', { body: { ...(document as { format: 'sallyport-export-1' }), dryRun } }),
    [],
    (done) => {
      if (done && !done.dryRun) void queries.invalidateQueries()
    },
  )
  const choose = async (file: File | undefined) => {
    change.reset()
    setRead(file && readDocument(await file.text()))
  }
  const document = read && 'document' in read ? read.document : undefined
  return (
    <>
      <ChangeProblem change={change} />
      <div className={classes.fields}>
        <div>
          <label htmlFor={field}>A file that an export has saved</label>
          <input
            id={field}
            type="file"
            accept="application/json,.json"
            className={classes.file}
            aria-describedby={`${field}-fault`}
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
          <p id={`${field}-fault`} role="alert" className={classes.fault}>
            {read && 'fault' in read && read.fault}
          </p>
        </div>
      </div>
      <div className={classes.ways}>
        <Button
          variant="default"
          disabled={!document}
          loading={change.isPending}
          onClick={() => document && change.mutate({ document, dryRun: true })}
        >
          Tell what would happen
        </Button>
        <Button
          disabled={!document || !change.data?.dryRun}
          loading={change.isPending}
          onClick={() => document && change.mutate({ document, dryRun: false })}
        >
          Import
        </Button>
      </div>
      <p className={classes.note}>
        What is missing is made, what differs is changed, and nothing is deleted: as a whole, or not at all.
      </p>
      <div role="status" className={classes.after}>
        {change.data && <Outcome outcome={change.data} />}
      </div>
    </>
  )
}

function Outcome({ outcome }: { readonly outcome: ImportReply }) {
  const { dryRun, created, updated, unchanged, items, secretsMissing } = outcome
  const differing = items.filter(({ outcome: each }) => each !== 'unchanged')
  return (
    <>
      <p>
        <strong>{dryRun ? 'It would be so:' : 'Imported:'}</strong> {created} made, {updated} changed,{' '}
        {unchanged} as they were.
      </p>
      {differing.length > 0 && (
        <Table heads={['What', 'Key', dryRun ? 'Would be' : 'Was']}>
          {differing.map(({ kind, key, outcome: each }) => (
            <tr key={`${kind} ${key}`}>
              <th scope="row">{kind}</th>
              <td data-label="Key">{key}</td>
              <td data-label={dryRun ? 'Would be' : 'Was'}>{each === 'created' ? 'made' : 'changed'}</td>
            </tr>
          ))}
        </Table>
      )}
      {secretsMissing.length > 0 && (
        <>
          <p>
            Secrets that are stored where it comes from, and not here. Give them in the definitions
            afterwards:
          </p>
          <ul className={classes.plain}>
            {secretsMissing.map((pointer) => (
              <li key={pointer}>
                <code>{pointer}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}
