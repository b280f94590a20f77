import { createTheme } from '@mantine/core'

/** What of the look is code: colours and sizes are variables of styles.css. */
export const theme = createTheme({ defaultRadius: 'sm', respectReducedMotion: true })
