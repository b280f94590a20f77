// biome-ignore-all lint/a11y/noRedundantRoles: browsers forget what is laid out as a grid
import { Button } from '@mantine/core'
import type { AppReply, ProfileReply } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { StatusBadge } from '../accounts/status-badge.tsx'
import { type BoundAccount, type Cell, cellOf } from './cells.ts'
import classes from './matrix.module.css'

type Adapter = AppReply['adapters'][number]

/** What somebody may do from the matrix; undefined where they may not. */
export interface MatrixActions {
  readonly onBind: (place: { readonly profile: ProfileReply; readonly adapter: Adapter }) => void
  readonly onAdapter: (adapter: Adapter) => void
  readonly onProfile: (profile: ProfileReply) => void
}

/**
 * Which account each adapter is in each profile. A profile is a row to whoever hears it; where it is wide, rows stand beside
 * each other, so that adapters go down and profiles across; where it is narrow, one profile follows the other.
 */
export function Matrix(content: {
  readonly app: AppReply
  readonly profiles: readonly ProfileReply[]
  readonly accounts: ReadonlyMap<string, BoundAccount>
  readonly actions: MatrixActions | undefined
}) {
  const { app, profiles, accounts, actions } = content
  const lines = { gridTemplateRows: `repeat(${app.adapters.length + 1}, auto)` }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: so that it can be scrolled by the keyboard
    <section className={classes.frame} aria-label="Accounts by adapter and profile" tabIndex={0}>
      <table role="table" className={classes.matrix} style={lines}>
        <thead role="rowgroup">
          <tr role="row" className={classes.column}>
            <th role="columnheader" scope="col" className={classes.corner}>
              Profile
            </th>
            {app.adapters.map((adapter) => (
              <th key={adapter.name} role="columnheader" scope="col" className={classes.adapter}>
                <AdapterHead adapter={adapter} onChange={actions?.onAdapter} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {profiles.map((profile) => (
            <tr key={profile.name} role="row" className={classes.column}>
              <th role="rowheader" scope="row" className={classes.profile}>
                <ProfileHead profile={profile} onChange={actions?.onProfile} />
              </th>
              {app.adapters.map((adapter) => (
                <td key={adapter.name} role="cell" className={classes.cell} data-label={adapter.name}>
                  <Place
                    cell={cellOf(profile, adapter.name, accounts)}
                    name={`${adapter.name} in ${profile.name}`}
                    onBind={actions && (() => actions.onBind({ profile, adapter }))}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function AdapterHead(content: {
  readonly adapter: Adapter
  readonly onChange: MatrixActions['onAdapter'] | undefined
}) {
  const { adapter, onChange } = content
  const { name, integration, description } = adapter
  return (
    <>
      <span className={classes.name}>{name}</span>
      <Link to="/integrations/$key" params={{ key: integration }} className={classes.note}>
        {integration}
      </Link>
      {description !== undefined && <span className={classes.note}>{description}</span>}
      {onChange && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Change adapter ${name}`}
          onClick={() => onChange(adapter)}
        >
          Change
        </Button>
      )}
    </>
  )
}

function ProfileHead(content: {
  readonly profile: ProfileReply
  readonly onChange: MatrixActions['onProfile'] | undefined
}) {
  const { profile, onChange } = content
  const count = Object.keys(profile.settings).length
  return (
    <>
      <span className={classes.name}>{profile.name}</span>
      <span className={classes.note}>{profile.environment}</span>
      <span className={classes.note}>
        {count === 0 ? 'no settings' : count === 1 ? '1 setting' : `${count} settings`}
      </span>
      {onChange && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Change profile ${profile.name}`}
          onClick={() => onChange(profile)}
        >
          Change
        </Button>
      )}
    </>
  )
}

function Place(content: {
  readonly cell: Cell
  readonly name: string
  readonly onBind: (() => void) | undefined
}) {
  const { cell, name, onBind } = content
  return (
    <>
      <CellContent cell={cell} />
      {onBind && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={cell.kind === 'unbound' ? `Bind ${name}` : `Change ${name}`}
          onClick={onBind}
        >
          {cell.kind === 'unbound' ? 'Bind' : 'Change'}
        </Button>
      )}
    </>
  )
}

function CellContent({ cell }: { readonly cell: Cell }) {
  if (cell.kind === 'unbound') return <span className={classes.nothing}>Nothing bound</span>
  if (cell.kind === 'unseen') {
    return (
      <span className={classes.nothing}>
        An account that you do not see <code>{cell.id}</code>
      </span>
    )
  }
  const { account, refused } = cell
  return (
    <>
      <Link to="/accounts/$id" params={{ id: account.id }}>
        {account.name}
      </Link>
      <StatusBadge status={account.status} />
      {refused !== undefined && <span className={classes.refused}>{refused}</span>}
    </>
  )
}
