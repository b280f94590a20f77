import { defineConfig } from 'vitest/config'

// Packages resolve to their sources here, so that a test never runs against a stale build.
const resolve = { conditions: ['source'] }
const ssr = { resolve: { conditions: ['source'] } }

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'tools/*.test.ts',
            'faults/*.test.ts',
            'bench/soak/*.test.ts',
          ],
          exclude: ['**/*.e2e.test.ts', '**/node_modules/**', '**/dist/**'],
          pool: 'threads',
          isolate: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: ['packages/*/src/**/*.e2e.test.ts', 'faults/*.e2e.test.ts'],
          pool: 'forks',
          // Loading the product takes as long as its tests: each process does it once.
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
