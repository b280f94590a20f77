import { Empty } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import type { Provider } from './queries.ts'

interface AskedField {
  readonly label: string
  readonly help: string | undefined
  readonly place: string
  readonly note: string
}

/** What has to be given once for the integration, and for each account of it. */
export function Asked({ entry }: { readonly entry: Provider }) {
  const fields = askedFields(entry)
  if (fields.length === 0) return <Empty>Nothing but the key that the integration is to have.</Empty>
  return (
    <Table heads={['Field', 'What it is', 'Given', 'Note']}>
      {fields.map(({ label, help, place, note }) => (
        <tr key={`${place} ${label}`}>
          <th scope="row">{label}</th>
          <td data-label="What it is">{help ?? '–'}</td>
          <td data-label="Given">{place}</td>
          <td data-label="Note">{note}</td>
        </tr>
      ))}
    </Table>
  )
}

function askedFields({ open, definition: { parameters = [] }, secret = {} }: Provider): AskedField[] {
  return [
    ...open.map((field) => ({ label: field.label, help: field.help, place: 'once', note: noteOn(field) })),
    ...parameters.map(({ name, label = name, help, ...rest }) => ({
      ...{ label, help, place: 'for each account', note: noteOn(rest) },
    })),
    ...Object.values(secret).map(({ label, help }) => ({
      ...{ label, help, place: 'for each account', note: 'required, secret' },
    })),
  ]
}

function noteOn(field: { readonly required?: boolean | undefined; readonly secret?: boolean | undefined }) {
  const asked = field.required ? 'required' : 'may be left out'
  return field.secret ? `${asked}, secret` : asked
}
