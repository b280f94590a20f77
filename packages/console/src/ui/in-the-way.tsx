import type { Problem } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'

/** What a failure names that has to change first: accounts, integrations, apps, keys. Each list is the first few. */
export function InTheWay({ problem }: { readonly problem: Problem }) {
  const { accounts = [], integrations = [], apps = [], keys = [] } = problem
  if (accounts.length + integrations.length + apps.length + keys.length === 0) return undefined
  return (
    <ul>
      {accounts.map(({ id, name }) => (
        <li key={id}>
          Account{' '}
          <Link to="/accounts/$id" params={{ id }}>
            {name}
          </Link>
        </li>
      ))}
      {integrations.map(({ key, name }) => (
        <li key={key}>
          Integration{' '}
          <Link to="/integrations/$key" params={{ key }}>
            {name}
          </Link>
        </li>
      ))}
      {apps.map(({ key, adapter, profile }) => (
        <li key={`${key} ${adapter} ${profile}`}>
          App{' '}
          <Link to="/apps/$key" params={{ key }}>
            {key}
          </Link>
          {adapter !== undefined && `, adapter ${adapter}`}
          {profile !== undefined && `, profile ${profile}`}
        </li>
      ))}
      {keys.map(({ id, name }) => (
        <li key={id}>
          Key{' '}
          <Link to="/keys/$id" params={{ id }}>
            {name}
          </Link>
        </li>
      ))}
    </ul>
  )
}
