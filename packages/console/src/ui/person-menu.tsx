import { Button, type MantineColorScheme, NativeSelect, useMantineColorScheme } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ownUser } from '../api/queries.ts'
import { logOut } from '../api/request.ts'
import classes from './person-menu.module.css'
import { ProblemAlert } from './problem-alert.tsx'

const schemes = [
  { value: 'auto', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

/** Who is logged in, for which organization, and what is theirs to set. */
export function PersonMenu() {
  const { data: person } = useQuery(ownUser)
  const leaving = useMutation({ mutationFn: logOut })
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <section aria-label="You" className={classes.menu}>
      {leaving.error && <ProblemAlert error={leaving.error} />}
      <NativeSelect
        label="Appearance"
        size="xs"
        data={schemes}
        value={colorScheme}
        onChange={(event) => setColorScheme(event.currentTarget.value as MantineColorScheme)}
      />
      {person && (
        <div className={classes.person}>
          <strong>{person.name}</strong>
          <span>{`${person.role} · ${person.organizationName}`}</span>
        </div>
      )}
      <div className={classes.ways}>
        <Link to="/me">Your account</Link>
        <Button
          size="compact-sm"
          variant="default"
          loading={leaving.isPending}
          onClick={() => leaving.mutate()}
        >
          Log out
        </Button>
      </div>
    </section>
  )
}
