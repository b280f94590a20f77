import { useBlocker } from '@tanstack/react-router'
import { Confirmation } from '../../ui/confirmation.tsx'

/** Asks before what is written and not saved is left. */
export function LeaveQuestion({ isChanged }: { readonly isChanged: () => boolean }) {
  const leaving = useBlocker({ shouldBlockFn: isChanged, enableBeforeUnload: isChanged, withResolver: true })
  if (leaving.status !== 'blocked') return undefined
  return (
    <Confirmation
      title="Leave what is written here?"
      action="Leave it"
      isUnderWay={false}
      onConfirm={leaving.proceed}
      onLeave={leaving.reset}
    >
      <p>It is not saved yet.</p>
    </Confirmation>
  )
}
