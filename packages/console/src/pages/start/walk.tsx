import type { AccountReply } from '@sallyport/contract'
import { useState } from 'react'
import { Ending } from './outcomes.tsx'
import type { FirstCall, ProxyReply } from './practice.ts'
import classes from './start-page.module.css'
import type { State } from './step.tsx'
import { Call, Connect, Define, Forget } from './steps.tsx'

/** The four steps, as far as they were done. */
export function Walk(content: {
  readonly origin: string
  readonly isDefined: boolean
  readonly account: AccountReply | undefined
}) {
  const { origin, isDefined, account } = content
  const [first, setFirst] = useState<FirstCall>()
  const [after, setAfter] = useState<ProxyReply>()
  const isConnected = account?.status === 'connected'
  const states = statesOf([isDefined, isConnected, first !== undefined, after !== undefined])
  return (
    <>
      <ol className={classes.steps}>
        <Define state={states[0]} origin={origin} />
        <Connect state={states[1]} account={account} />
        <Call state={states[2]} account={account} first={first} onCalled={setFirst} />
        <Forget state={states[3]} account={account} first={first} after={after} onCalled={setAfter} />
      </ol>
      {account && after && <Ending account={account} />}
    </>
  )
}

type Each<Value> = readonly [Value, Value, Value, Value]

/** What was done stays done; of the rest the first is to be done now. */
function statesOf(done: Each<boolean>): Each<State> {
  const now = done.indexOf(false)
  const stateOf = (index: number): State => (done[index] ? 'done' : index === now ? 'now' : 'later')
  return [stateOf(0), stateOf(1), stateOf(2), stateOf(3)]
}
