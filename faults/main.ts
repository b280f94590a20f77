import { matrix, nameOf, runMatrix } from './matrix.ts'
import { readOptions } from './options.ts'
import { lineOf, totals } from './report.ts'

const { only, seed } = readOptions(process.argv.slice(2))

// Part one: whole nodes in processes of their own, and real faults.
const places = matrix.filter((place) => nameOf(place).includes(only))
console.log(`${places.length} cells. Repeat this run with --seed ${seed}.`)
let number = 0
const results = await runMatrix(places, {
  seed,
  tell(result) {
    number += 1
    console.log(lineOf(result, { number, of: places.length }))
  },
})
console.log(`\n${totals(results)}`)

const isFailed = results.some(({ faults }) => faults.length > 0)
if (isFailed || results.length === 0) process.exitCode = 1
