import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'
import { Trail } from '../../ui/trail.tsx'
import { DocumentImport } from './document-import.tsx'
import { StandardOperations } from './standard-operations.tsx'

/** Operations that somebody else has described: the catalogue, or an API's own document. */
export function ImportPage() {
  const queries = useQueryClient()
  const onMade = () =>
    void Promise.all(
      ['operations', 'integrations'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
    )
  return (
    <>
      <Trail>
        <Link to="/operations">Operations</Link>
      </Trail>
      <Page title="Import operations">
        <DocumentImport onMade={onMade} />
        <StandardOperations onMade={onMade} />
      </Page>
    </>
  )
}
