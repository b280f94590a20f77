import { Button } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** A link to another page that looks like a button: for the one thing that most come to do. */
export function Way(
  content: Pick<LinkProps, 'to' | 'params' | 'search'> & {
    /** The one that most come for. */
    readonly isMain?: boolean
    readonly children: ReactNode
  },
) {
  const { isMain = false, children, ...where } = content
  return (
    <Button
      {...(!isMain && { variant: 'default' })}
      renderRoot={(look) => <Link {...look} {...(where as LinkProps)} />}
    >
      {children}
    </Button>
  )
}
