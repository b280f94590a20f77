import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { practiceOrigin } from '../../api/practice.ts'
import { ownUser } from '../../api/queries.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Empty, Page } from '../../ui/page.tsx'
import { progress } from './practice.ts'
import classes from './start-page.module.css'
import { Walk } from './walk.tsx'

const needed = ['integrations:write', 'accounts:write', 'keys:write'] as const

/** From nothing to a call that works, and mends itself: what Sallyport is for, in four steps. */
export function StartPage() {
  const scopes = useQuery(ownUser).data?.scopes
  const done = useQuery(progress)
  const mayWalk = needed.every((scope) => scopes?.includes(scope) ?? true)
  return (
    <Page title="First steps" beside={<Link to="/">Skip this</Link>}>
      <p className={classes.lead}>
        Say once how an API authenticates, connect an account, and call the API through Sallyport: your code
        never touches the credential. A practice provider comes along, so nothing here leaves this machine.
      </p>
      {practiceOrigin === undefined ? (
        <Empty>
          The practice provider is off here (SALLYPORT_PRACTICE), so there is nothing to practise with. Begin
          with <Link to="/providers">an API of your own</Link>.
        </Empty>
      ) : mayWalk ? (
        <Loaded query={done}>{(shown) => <Walk origin={practiceOrigin ?? ''} {...shown} />}</Loaded>
      ) : (
        <Empty>Your role may not define APIs, connect accounts and make keys. Ask an administrator.</Empty>
      )}
    </Page>
  )
}
