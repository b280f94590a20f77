import { drainMilliseconds } from './compose.ts'
import type { Deployment } from './realms.ts'

/** After which calls under way have been cut off, and no database and no collector is waited for any more. */
export const longestStopMilliseconds = drainMilliseconds + 4_000

/** Lets what is under way end, then ends the process unless told what else: once, however often it is called. */
export function stopOnce(
  deployment: Pick<Deployment, 'close'>,
  then: () => void = () => process.exit(0),
): () => void {
  let isStopping = false
  return () => {
    if (isStopping) return
    isStopping = true
    // What has not ended by then is held by a peer that does not answer.
    setTimeout(() => process.exit(0), longestStopMilliseconds).unref()
    void deployment.close().then(then)
  }
}
