import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { consolePath } from './api/addresses.ts'
import { AccountPage } from './pages/accounts/account-page.tsx'
import { AccountsPage } from './pages/accounts/accounts-page.tsx'
import { readAccountSearch } from './pages/accounts/search.ts'
import { OverviewPage } from './pages/overview/overview-page.tsx'
import { NotFound, PageFailure } from './ui/page-failure.tsx'
import { Shell } from './ui/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageFailure })

const overview = createRoute({ getParentRoute: () => root, path: '/', component: OverviewPage })

const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  validateSearch: readAccountSearch,
  component: AccountsPage,
})

const account = createRoute({
  getParentRoute: () => root,
  path: '/accounts/$id',
  component: AccountPage,
})

/** Every page, by its address below the console's. */
export function newRouter() {
  return createRouter({
    routeTree: root.addChildren([overview, accounts, account]),
    basepath: consolePath,
    defaultErrorComponent: PageFailure,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof newRouter>
  }
}
