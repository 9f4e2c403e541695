import { expect, test } from 'vitest'
import { configOf, faultsOf, secrets } from '../support/environment.ts'

const faultsOfSchedule = (text: string) => faultsOf({ ...secrets, SCHEDULE: text })

test('off means never', () => {
  expect(configOf({ SCHEDULE: 'off' }).schedule).toBeNull()
})

const valid = [
  '* * * * *',
  '0 */8 * * *',
  '0 6 * * 1-5',
  '15,45 0 1 1 *',
  '0 0 * * SUN',
  ' 0 6 * * * ',
]
test.for(valid)('%j is a schedule', text => {
  expect(faultsOfSchedule(text)).toEqual([])
})

const invalid = [
  'hourly',
  'OFF',
  '@daily',
  '* * * *',
  // Seconds, which pg-boss would ignore because it checks once per minute.
  '0 0 6 * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * * 13 *',
  '*/0 * * * *',
  'FREQ=DAILY',
  '0 6 * * *; drop',
  // It never matches.
  '0 0 30 2 *',
]
test.for(invalid)('%j is not a schedule', text => {
  expect(faultsOfSchedule(text)).toEqual(['SCHEDULE must be a cron expression, or off'])
})

test.for(['H 3 * * *', '0 H * * *', '0 H(1-5) * * 1'])('%j has a random field', text => {
  expect(faultsOfSchedule(text)).toEqual([
    'SCHEDULE must not use H, which stands for a random value',
  ])
})

test.for(['0 0 1 MAR THU', '0 0 * * thu'])('%j has no random field', text => {
  expect(faultsOfSchedule(text)).toEqual([])
})

test('the time zone must be a known name', () => {
  const faultsOfZone = (zone: string) => faultsOf({ ...secrets, SCHEDULE_TZ: zone })
  for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kathmandu']) {
    expect(faultsOfZone(zone)).toEqual([])
  }
  for (const zone of ['Berlin', 'Mars/Olympus', 'GMT+2:00', 'local']) {
    expect(faultsOfZone(zone), zone).toEqual([
      'SCHEDULE_TZ must be a time zone such as Europe/Berlin',
    ])
  }
})
