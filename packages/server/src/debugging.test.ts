import { expect, test } from 'vitest'
import { debuggingFaults } from './debugging.ts'

const faultsOf = (execArgv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  debuggingFaults({ execArgv, env }, false)

test('a usual start has nothing against it', () => {
  expect(faultsOf(['--max-semi-space-size=32'], { NODE_OPTIONS: '--import=file:///telemetry.js' })).toEqual(
    [],
  )
})

test.each([
  '--inspect',
  '--inspect=0.0.0.0:9229',
  '--inspect-brk',
  '--inspect_wait=0',
  '--heapsnapshot-signal=SIGUSR2',
  '--heapsnapshot_near_heap_limit=3',
  '--tls-keylog=keys.txt',
  '--report-on-signal',
  '--report-on-fatalerror',
  '--report_uncaught_exception',
])('%s is refused, on the command line and in NODE_OPTIONS, quoted or not', (option) => {
  const [onCommandLine] = faultsOf([option])
  expect(onCommandLine).toMatch(/^Node's option --[a-z-]+ .+ SALLYPORT_DEBUGGING=on .+\.$/)
  expect(faultsOf([], { NODE_OPTIONS: `--no-warnings  ${option}` })).toEqual([onCommandLine])
  expect(faultsOf([], { NODE_OPTIONS: `"${option}"` })).toEqual([onCommandLine])
})

test('all of them are named at once, and none where the operator allows it', () => {
  const env = { NODE_OPTIONS: '--inspect --tls-keylog=keys.txt', NODE_DEBUG: 'http' }
  expect(faultsOf(['--heapsnapshot-signal=SIGUSR2'], env)).toHaveLength(4)
  expect(faultsOf(['--heapsnapshot-signal=SIGUSR2'], { ...env, SALLYPORT_DEBUGGING: 'on' })).toEqual([])
  expect(faultsOf([], { SALLYPORT_DEBUGGING: 'yes' })).toEqual(['SALLYPORT_DEBUGGING must be on or off.'])
})

test('reports without the environment are nobody’s secret', () => {
  expect(faultsOf(['--report-on-fatalerror', '--report-exclude-env'])).toEqual([])
})

test('a debugger that was opened by other means is refused as well', () => {
  expect(debuggingFaults({ execArgv: [], env: {} }, true)).toEqual([
    expect.stringMatching(/^A debugger was opened, /),
  ])
})
