import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { codeIn, readPage, rowsOf, sectionsOf } from '../architecture/markdown.ts'
import { findTool, requireTool } from '../support/tools.ts'

interface Alert {
  alert: string
  expr: string
  labels: { severity: string }
  annotations: Record<string, string>
}

const root = join(import.meta.dirname, '../..')
const file = join(root, 'deploy/alerts.yaml')
const alerts: Alert[] = parse(readFileSync(file, 'utf8')).groups[0].rules
const grafana = readFileSync(join(root, 'deploy/grafana.json'), 'utf8')

test('every metric of the alerts and of the Grafana dashboard exists', () => {
  const existing = rowsOf(readPage('docs/api.md'), 'metric')
    .flatMap(row => codeIn(row.metric ?? ''))
    .map(name => name.replace(/\{.*/, ''))
  const expressions: string[] = JSON.parse(grafana).panels.flatMap(
    ({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => expr),
  )
  const used = [...alerts.map(({ expr }) => expr), ...expressions].flatMap(
    expr => expr.match(/tidings_\w+/g) ?? [],
  )
  expect(used.length).toBeGreaterThan(20)
  expect(used.filter(name => !existing.includes(name))).toEqual([])
})

test('the runbook has every alert, and no other', () => {
  const headings = sectionsOf(readPage('docs/runbook.md')).map(({ heading }) => heading)
  expect(headings.filter(heading => heading.startsWith('Tidings'))).toEqual(
    alerts.map(({ alert }) => alert),
  )
  for (const { alert, annotations } of alerts) {
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`)
  }
})

/** One value a minute, in promtool's notation; the test's clock starts at second 0. */
const healthy = {
  tidings_open: '0x2000',
  tidings_lane_stopped: '0x2000',
  tidings_unanswered_requests: '0x2000',
  tidings_unclaimed_batches: '0x2000',
  tidings_unknown_final: '3x2000',
  tidings_oldest_batch_seconds: '5x2000',
  tidings_schedule_interval_seconds: '86400x2000',
  tidings_last_completed_run_timestamp_seconds: '1x1440 86400x560',
  tidings_worker_seen_timestamp_seconds: '1+60x2000',
  'tidings_reputation_ratio{kind="bounced"}': '0.01x2000',
  'tidings_reputation_limit_ratio{kind="bounced"}': '0.04x2000',
}

/** For each alert, what differs from a healthy service, and when it has fired. */
const faults: Record<string, { series: Record<string, string>; at: string; labels?: object }> = {
  TidingsDown: { series: { tidings_open: '0x10 _x100' }, at: '30m' },
  TidingsNoWorker: {
    series: { tidings_worker_seen_timestamp_seconds: '1+60x10 601x100' },
    at: '20m',
  },
  TidingsSendingStopped: { series: { tidings_lane_stopped: '0x5 1x100' }, at: '10m' },
  TidingsNoCompletedRun: {
    series: {
      tidings_schedule_interval_seconds: '3600x500',
      tidings_last_completed_run_timestamp_seconds: '1x500',
    },
    at: '130m',
  },
  TidingsProviderFails: { series: { tidings_unanswered_requests: '0x5 2x100' }, at: '15m' },
  TidingsClaimsFail: { series: { tidings_unclaimed_batches: '0x5 1x100' }, at: '15m' },
  TidingsBacklogGrowsOld: { series: { tidings_oldest_batch_seconds: '0+60x200' }, at: '70m' },
  TidingsOutcomesUnknown: { series: { tidings_unknown_final: '3x10 5x100' }, at: '20m' },
  TidingsReputation: {
    series: { 'tidings_reputation_ratio{kind="bounced"}': '0.03x100' },
    at: '20m',
    labels: { kind: 'bounced' },
  },
}

describe('with promtool', () => {
  test.beforeEach(requireTool('promtool'))

  test('each alert fires when its fact holds, and none while all is well', () => {
    expect(Object.keys(faults)).toEqual(alerts.map(({ alert }) => alert))
    const firing = ({ labels, annotations }: Alert, more: object = {}) => ({
      exp_labels: { ...labels, ...more },
      exp_annotations: annotations,
    })
    const quiet = alerts.map(({ alert }) => ({
      ...{ eval_time: '30h', alertname: alert },
      exp_alerts: [],
    }))
    const loud = alerts.map(alert => {
      const { series = {}, at, labels } = faults[alert.alert] ?? {}
      const exp_alerts = [firing(alert, labels)]
      return { series, expected: [{ eval_time: at, alertname: alert.alert, exp_alerts }] }
    })
    const tests = [{ series: {}, expected: quiet }, ...loud].map(({ series, expected }) => ({
      interval: '1m',
      input_series: Object.entries({ ...healthy, ...series }).map(([name, values]) => ({
        series: name,
        values,
      })),
      alert_rule_test: expected,
    }))
    const folder = mkdtempSync(join(tmpdir(), 'tidings-alerts-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'test.yaml')
    // JSON is YAML, too.
    writeFileSync(
      path,
      JSON.stringify({ rule_files: [file], evaluation_interval: '1m', tests }, null, 2),
    )

    execFileSync(findTool('promtool') ?? '', ['test', 'rules', path], { stdio: 'pipe' })
  })
})
