import '@mantine/core/styles.css'
import './styles.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { newQueryClient } from './api/queries.ts'
import { newRouter } from './routes.ts'
import { theme } from './ui/theme.ts'

const place = document.getElementById('console')
if (!place) throw new Error('The page has no place for the console.')

// Mantine would write its variables and classes into the page; the policy takes styles from files alone (S3).
createRoot(place).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={newQueryClient()}>
        <RouterProvider router={newRouter()} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
