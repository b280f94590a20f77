import type { ProviderSummary } from '@sallyport/contract'
import { Link } from '@tanstack/react-router'
import { authLabel } from '../integrations/auth-types.ts'
import classes from './gallery.module.css'
import { Monogram } from './monogram.tsx'

/** One provider a tile, which leads to what is known of it. */
export function Tiles({ providers }: { readonly providers: readonly ProviderSummary[] }) {
  return (
    <ul className={classes.tiles}>
      {providers.map(({ id, name, auth, asks }) => (
        <li key={id}>
          <Link to="/providers/$id" params={{ id }}>
            <Monogram name={name} />
            <span>
              <span className={classes.name}>{name}</span>
              <span className={classes.type}>{authLabel(auth)}</span>
              <span className={classes.asks}>
                {asks.length === 0 ? 'Asks for nothing else' : `Asks for ${asks.join(', ')}`}
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
