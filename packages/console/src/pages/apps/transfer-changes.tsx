import { Table } from '../../ui/table.tsx'
import fields from './fields.module.css'
import type { TransferPreview } from './transfer.ts'

/** What a profile will be changed by. */
export function TransferChanges(content: {
  readonly preview: TransferPreview
  readonly to: string
  /** Of an account. */
  readonly nameOf: (id: string) => string
}) {
  const { preview, to, nameOf } = content
  const { settings, bindings, bindingsStay, unbound } = preview
  return (
    <>
      {settings.length === 0 ? (
        <p className={fields.note}>No setting changes.</p>
      ) : (
        <Table heads={['Setting', 'Is', 'Will be']}>
          {settings.map(({ name, before, after }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-label="Is">{before === undefined ? 'not set' : <code>{before}</code>}</td>
              <td data-label="Will be">{after === undefined ? 'not set' : <code>{after}</code>}</td>
            </tr>
          ))}
        </Table>
      )}
      {bindings.length > 0 && (
        <Table heads={['Adapter', 'Is', 'Will be']}>
          {bindings.map(({ adapter, before, after }) => (
            <tr key={adapter}>
              <th scope="row">{adapter}</th>
              <td data-label="Is">{before === undefined ? 'nothing bound' : nameOf(before)}</td>
              <td data-label="Will be">{after === undefined ? 'nothing bound' : nameOf(after)}</td>
            </tr>
          ))}
        </Table>
      )}
      <p className={fields.note}>
        {bindingsStay === 'promoted' && `${to} keeps the accounts that it binds.`}
        {bindingsStay === 'other_environment' &&
          `${to} is of another environment, so it keeps the accounts that it binds.`}
        {bindingsStay === undefined && bindings.length === 0 && 'No binding changes.'}{' '}
        {unbound.length > 0 && `Not bound afterwards: ${unbound.join(', ')}.`}
      </p>
    </>
  )
}
