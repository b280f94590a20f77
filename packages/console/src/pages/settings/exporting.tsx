import { Button } from '@mantine/core'
import { request } from '../../api/request.ts'
import { useChange } from '../../api/use-change.ts'
import { ChangeProblem } from '../../ui/change-problem.tsx'
import { saveFile } from './save-file.ts'
import classes from './settings.module.css'

/** Everything that is defined, without secrets, as a file. */
export function Exporting() {
  const change = useChange(
    async (_: undefined) => saveFile('sallyport.json', await request('GET', '/v1/export', {})),
    [],
  )
  return (
    <>
      <ChangeProblem change={change} />
      <p>
        Environments, OAuth clients, integrations, roles, apps and operations: by their keys, without any
        secret, and in the same order each time.
      </p>
      <Button variant="default" loading={change.isPending} onClick={() => change.mutate(undefined)}>
        Save the export
      </Button>
      <p role="status" className={classes.done}>
        {change.isSuccess && 'Your browser saves it as sallyport.json.'}
      </p>
    </>
  )
}
