import { matrix, nameOf, runMatrix } from './matrix.ts'
import { readOptions } from './options.ts'
import { failureOf, lineOf, totals, totalsOfSchedules } from './report.ts'
import { runSchedules } from './schedules.ts'

const { only, seed, schedules } = readOptions(process.argv.slice(2))

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

// Part two: nodes, network and database simulated in this process, and every order that chance comes to.
const told = Math.max(1, Math.floor(schedules / 40))
const simulated = await runSchedules(seed, schedules, (done) => {
  if (done % told === 0) console.log(`[${done}/${schedules}] schedules`)
})
for (const failure of simulated.failed) console.log(failureOf(failure))
console.log(`\n${totalsOfSchedules(simulated)}`)

const isFailed = results.some(({ faults }) => faults.length > 0) || simulated.failed.length > 0
if (isFailed || results.length + simulated.schedules === 0) process.exitCode = 1
