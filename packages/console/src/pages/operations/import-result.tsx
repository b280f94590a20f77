import type { OperationImportReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { Table } from '../../ui/table.tsx'
import classes from './document-import.module.css'

const mostShown = 200

/** What was made of a document, and what of it has no counterpart: to be read before somebody relies on an operation. */
export function ImportResult({ result }: { readonly result: OperationImportReply }) {
  const { document, dryRun, integration, operations, skipped, skippedMore } = result
  const isMade = !dryRun && integration?.outcome !== 'draft'
  const left = skipped.length + skippedMore
  return (
    <div className={classes.result}>
      <p role="status">
        <strong>
          {isMade ? 'Imported' : 'Would be made'}: {operations.length} of {document.operations} operations
        </strong>{' '}
        of {document.title} {document.version} (OpenAPI {document.specification}){countsOf(operations)}.
        {integration && ` ${integrationWords(integration)}`}
        {left > 0 && ` ${left.toLocaleString('en')} parts are left out or simplified.`}
      </p>
      {integration?.key !== undefined && isMade && (
        <p>
          <Link to="/operations" search={{ integration: integration.key }}>
            See the operations
          </Link>
        </p>
      )}
      {skipped.length > 0 && (
        <details open>
          <summary>What is left out or simplified</summary>
          <ul className={classes.skipped}>
            {skipped.slice(0, mostShown).map(({ operation, path, reason }) => (
              <li key={`${path} ${reason}`}>
                {operation && <strong>{operation} </strong>}
                {reason} <code>{path}</code>
              </li>
            ))}
          </ul>
          {left > mostShown && <p>{(left - mostShown).toLocaleString('en')} more are not shown.</p>}
        </details>
      )}
      <details>
        <summary>Operations</summary>
        <Table heads={['Operation', 'Key', 'Request', 'Outcome']}>
          {operations.slice(0, mostShown).map(({ key, name, method, path, outcome, deprecated }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td data-label="Key">
                <code>{key}</code>
              </td>
              <td data-label="Request">
                <code>
                  {method} {path}
                </code>
              </td>
              <td data-label="Outcome">
                {outcome}
                {deprecated && ', deprecated'}
              </td>
            </tr>
          ))}
        </Table>
        {operations.length > mostShown && <p>{operations.length - mostShown} more are not shown.</p>}
      </details>
    </div>
  )
}

function countsOf(operations: OperationImportReply['operations']): string {
  const count = (outcome: string) => operations.filter((each) => each.outcome === outcome).length
  const kept = count('kept')
  const replaced = count('replaced')
  return `${replaced > 0 ? `, ${replaced} replaced` : ''}${kept > 0 ? `, ${kept} kept as they were` : ''}`
}

function integrationWords({ key, outcome }: NonNullable<OperationImportReply['integration']>): string {
  if (outcome === 'created') return `The integration ${key} is made from the document.`
  if (outcome === 'existing') return `They call by the integration ${key}.`
  return 'No integration was named, so nothing is made: name one, and import again.'
}
