import { expect, test } from 'vitest'
import { createDoctor, type Finding } from '../../../src/http/dashboard/doctor.ts'

/** Checks that end when the test says so. */
function openDoctor() {
  const started: { end: (findings: Finding[]) => void; fail: () => void }[] = []
  let now = 1_000_000
  const doctor = createDoctor(
    onProgress =>
      new Promise((end, fail) => {
        started.push({ end, fail: () => fail(new Error('broken')) })
        onProgress(3, 20)
      }),
    () => now,
  )
  const pass = (seconds: number) => {
    now += 1_000 * seconds
  }
  return { doctor, started, pass }
}

const finding: Finding = { check: 'queue', status: 'ok', found: 'fine' }

test('checks run once for all who ask, and their findings are kept for a minute', async () => {
  const { doctor, started, pass } = openDoctor()
  doctor.start()
  doctor.start({ isAnew: true })
  expect(started).toHaveLength(1)
  expect(doctor.latest()).toMatchObject({ done: 3, total: 20, findings: null })
  started[0]?.end([finding])
  await expect.poll(() => doctor.latest().findings).toEqual([finding])

  doctor.start()
  pass(4)
  doctor.start({ isAnew: true })
  expect(started).toHaveLength(1)
  pass(2)
  doctor.start()
  expect(started).toHaveLength(1)
  doctor.start({ isAnew: true })
  expect(started).toHaveLength(2)
  started[1]?.end([])
  await expect.poll(() => doctor.latest().findings).toEqual([])
  pass(61)
  doctor.start()
  expect(started).toHaveLength(3)
})

test('checks that fail themselves are a finding, and can be run again', async () => {
  const { doctor, started, pass } = openDoctor()
  doctor.start()
  started[0]?.fail()
  await expect
    .poll(() => doctor.latest().findings)
    .toMatchObject([{ status: 'fail', fix: expect.stringContaining('doctor') }])
  pass(6)
  doctor.start({ isAnew: true })
  expect(started).toHaveLength(2)
})
