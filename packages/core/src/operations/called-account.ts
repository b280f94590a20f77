import { foldKey } from '@sallyport/contract'
import type { CallTarget } from '../call/call-target.ts'
import { resolve } from '../call/resolve.ts'
import { invalid, SallyportError } from '../error.ts'
import type { Frame } from './frame.ts'

/** An account that a step calls by. */
export interface CalledAccount {
  /** Its id, or the adapter that it is bound to. */
  readonly name: string
  readonly target: CallTarget
}

/**
 * By a step's own adapter, else by the account that the run names, else by the operation's adapter.
 *
 * @throws SallyportError input_invalid, or as a call does
 */
export async function calledAccount(frame: Frame, adapter: string | undefined): Promise<CalledAccount> {
  const { operation, account } = frame
  const name = adapter ?? account ?? operation.adapter
  if (name === undefined) {
    const message = 'The operation names no adapter. Give the id of the account that it is to call by.'
    throw invalid('input_invalid', [{ path: '/account', code: 'required', message }])
  }
  const target = await resolved(frame, name)
  const isMeant = adapter === undefined && operation.integration !== undefined
  if (isMeant && foldKey(target.integration.key) !== foldKey(operation.integration ?? '')) {
    const message = `The operation is made for accounts of the integration ${operation.integration}. Give one of those.`
    throw invalid('input_invalid', [{ path: '/account', code: 'other_integration', message }])
  }
  return { name, target }
}

/** As it would be for a call; whoever runs an operation would else take what is missing for the operation itself. */
async function resolved({ run }: Frame, name: string): Promise<CallTarget> {
  try {
    return await resolve(run.ports, run.principal, name)
  } catch (cause) {
    if (!(cause instanceof SallyportError) || cause.code !== 'not_found') throw cause
    const message =
      'There is no such account, or this key may not call by it. Check the `account` of the run, or what the adapter is bound to.'
    throw new SallyportError('not_found', { message, cause })
  }
}
