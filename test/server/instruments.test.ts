import { expect, test } from "bun:test";
import { Counter, Gauge, Histogram, HistogramFamily } from "../../src/server/metrics/instruments.ts";

test("a counter counts for each combination of labels", () => {
  const counter = new Counter("jobs_total", "Jobs", ["kind", "outcome"]);
  for (const outcome of ["done", "done", "lost"]) counter.add("a", outcome);
  expect(counter.lines()).toEqual([
    "# HELP jobs_total Jobs",
    "# TYPE jobs_total counter",
    'jobs_total{kind="a",outcome="done"} 2',
    'jobs_total{kind="a",outcome="lost"} 1',
  ]);
});

test("a histogram's buckets count all that is not above them", () => {
  const histogram = new Histogram("size", "Size", [1, 10]);
  for (const value of [0.5, 1, 2, 10, 11]) histogram.observe(value);
  expect(histogram.lines().slice(2)).toEqual([
    'size_bucket{le="1"} 2',
    'size_bucket{le="10"} 4',
    'size_bucket{le="+Inf"} 5',
    "size_sum 24.5",
    "size_count 5",
  ]);
});

test("a family has one head, and labels beside the bounds", () => {
  const family = new HistogramFamily("rpc", "Calls", [1], ["method", "code"]);
  family.observe("Get", "ok", 2);
  family.observe("Start", "ok", 1);
  const lines = family.lines();
  expect(lines.filter((line) => line.startsWith("#"))).toHaveLength(2);
  expect(lines).toContain('rpc_bucket{method="Start",code="ok",le="1"} 1');
  expect(lines).toContain('rpc_sum{method="Get",code="ok"} 2');
});

test("a gauge is read when it is asked for, and labels are escaped", () => {
  let value = 1;
  const gauge = new Gauge("now", "Now", () => [[{ name: 'a "b"\\\n' }, value]]);
  value = 2;
  expect(gauge.lines().at(-1)).toBe('now{name="a \\"b\\"\\\\\\n"} 2');
});
