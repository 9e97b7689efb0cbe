import type { Json } from "../../src/expression/json.ts";

/** An order on its way through a workflow: what typical expressions are evaluated on. */
export const order: Json = {
  id: "o-4711",
  status: "paid",
  customer: {
    name: "Ada Lovelace",
    email: "ada@example.com",
    tier: "gold",
    address: { city: "London", zip: "W1" },
  },
  items: Array.from({ length: 12 }, (_, index) => ({
    sku: `sku-${index}`,
    price: 9.5 + index,
    quantity: (index % 3) + 1,
    tags: index % 2 === 0 ? ["new", "sale"] : ["old"],
  })),
  total: 312.5,
  createdAt: "2026-03-05T23:51:47Z",
  history: [
    { at: 1772754000, event: "created" },
    { at: 1772755000, event: "paid" },
  ],
  notes: null,
};

export const context: Json = { userId: "u-1", attempts: 2, limits: { max: 5 }, seen: ["o-1", "o-2"] };

/** Thirty expressions as they stand in `if`, `when`, `for.in`, `output.as` and the like. */
export const expressions: readonly string[] = [
  ".",
  ".id",
  ".customer.address.city",
  ".items[0].price",
  ".items[-1].sku",
  '.status == "paid"',
  ".total > 100",
  '.status == "paid" and .total > 100',
  '.customer.tier == "gold" or .total >= 500',
  "(.items | length) > 10",
  ".notes == null",
  '.notes // "none"',
  '.customer | has("email")',
  ".total * 1.19 + 4.9",
  '"Order \\(.id) of \\(.customer.name)"',
  "$context.attempts < $context.limits.max",
  "$context.seen | index($context.userId) == null",
  "{id, total, city: .customer.address.city}",
  '. + {status: "shipped"}',
  "[.items[].sku]",
  ".items | map(.price * .quantity) | add",
  "[.items[] | select(.price > 15) | {sku, price}]",
  '.items | map(select(.tags | index("sale"))) | length',
  ".items | sort_by(-.price) | first | .sku",
  ".items | group_by(.quantity) | map({quantity: .[0].quantity, count: length})",
  "any(.items[]; .quantity > 2)",
  ".history | map({(.event): .at}) | add",
  'if .total > 300 then "large" elif .total > 100 then "medium" else "small" end',
  '.customer.email | test("^[^@]+@[^@]+$")',
  '.customer.name | ascii_downcase | split(" ") | join("-")',
];
