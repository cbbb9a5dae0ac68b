"""The shape of the database file: migrations, append-only, each a piece of readable SQL.

`products.allocated` and the tables `queue` and `order_counts` follow from the orders and their lines: they
are kept so that no question has to read the whole history, and `backsplit check` proves them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

APPLICATION_ID = 0x62737031  # "bsp1": tells a backsplit file from any other SQLite file
MIGRATION_SET = "backsplit"

MIGRATIONS: dict[str, str] = {
    "m001_orders_and_stock": """
CREATE TABLE settings (
  name   TEXT PRIMARY KEY,
  value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE products (
  id         INTEGER PRIMARY KEY,
  sku        TEXT NOT NULL UNIQUE CHECK (sku <> ''),
  name       TEXT NOT NULL DEFAULT '',
  is_insert  INTEGER NOT NULL DEFAULT 0 CHECK (is_insert IN (0, 1)),
  on_hand    INTEGER NOT NULL DEFAULT 0,
  allocated  INTEGER NOT NULL DEFAULT 0 CHECK (allocated >= 0),
  CHECK (on_hand >= allocated)
) STRICT;

-- family_id is the id of the order that came in: its own, or for a part that of the first original.
-- units are those that came in with the order, less the inserts dropped since; a part has none of its own.
-- OR, and not IN, for which SQLite builds a table in memory at every row: a tenth of an import.
CREATE TABLE orders (
  id          INTEGER PRIMARY KEY,
  number      TEXT NOT NULL UNIQUE CHECK (number <> ''),
  status      TEXT NOT NULL CHECK (status = 'Processing' OR status = 'Backorder' OR status = 'Shipped'
                OR status = 'On Hold' OR status = 'Cancelled'),
  placed_at   TEXT NOT NULL CHECK (placed_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z'),
  priority    INTEGER NOT NULL DEFAULT 100 CHECK (priority BETWEEN 1 AND 10000),
  family_id   INTEGER NOT NULL,
  split_from  INTEGER REFERENCES orders (id),
  units       INTEGER NOT NULL DEFAULT 0 CHECK (units >= 0),
  customer    TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT ''
) STRICT;
-- One for each status: half the size of one over all, and a long history does not make the open ones slower.
CREATE INDEX orders_backorder ON orders (placed_at) WHERE status = 'Backorder';
CREATE INDEX orders_processing ON orders (placed_at) WHERE status = 'Processing';
CREATE INDEX orders_on_hold ON orders (placed_at) WHERE status = 'On Hold';
CREATE INDEX orders_shipped ON orders (placed_at) WHERE status = 'Shipped';
CREATE INDEX orders_cancelled ON orders (placed_at) WHERE status = 'Cancelled';
CREATE INDEX orders_in_queue ON orders (priority, placed_at, family_id) WHERE status = 'Backorder';
CREATE INDEX orders_parts ON orders (split_from) WHERE split_from IS NOT NULL;
CREATE INDEX orders_families ON orders (family_id) WHERE split_from IS NOT NULL;

-- How many orders there are of each status: to count them took a `list` half its time at a million orders.
CREATE TABLE order_counts (
  status  TEXT PRIMARY KEY,
  orders  INTEGER NOT NULL CHECK (orders >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO order_counts VALUES ('Backorder', 0), ('Processing', 0), ('On Hold', 0), ('Shipped', 0), ('Cancelled', 0);
CREATE TRIGGER orders_come AFTER INSERT ON orders
  BEGIN UPDATE order_counts SET orders = orders + 1 WHERE status = NEW.status; END;
CREATE TRIGGER orders_go AFTER DELETE ON orders
  BEGIN UPDATE order_counts SET orders = orders - 1 WHERE status = OLD.status; END;
CREATE TRIGGER orders_change AFTER UPDATE OF status ON orders
  BEGIN
    UPDATE order_counts SET orders = orders - 1 WHERE status = OLD.status;
    UPDATE order_counts SET orders = orders + 1 WHERE status = NEW.status;
  END;

CREATE TABLE order_lines (
  order_id    INTEGER NOT NULL REFERENCES orders (id),
  line_no     INTEGER NOT NULL CHECK (line_no > 0),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (order_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_lines_by_product ON order_lines (product_id);

-- What every Backorder order wants, a row per SKU, in the order in which the queue is served.
CREATE TABLE waiting (
  product_id  INTEGER NOT NULL REFERENCES products (id),
  priority    INTEGER NOT NULL,
  placed_at   TEXT NOT NULL,
  family_id   INTEGER NOT NULL,
  order_id    INTEGER NOT NULL REFERENCES orders (id),
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (product_id, priority, placed_at, family_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_order ON waiting (order_id, quantity);

-- One row per command that changed something.
CREATE TABLE changes (
  id       INTEGER PRIMARY KEY,
  at       TEXT NOT NULL,
  command  TEXT NOT NULL,
  reason   TEXT NOT NULL DEFAULT '',
  user     TEXT NOT NULL
) STRICT;

-- Numbers and SKUs are kept as text: the history outlives a part that was merged back.
CREATE TABLE events (
  id            INTEGER PRIMARY KEY,
  change_id     INTEGER NOT NULL REFERENCES changes (id),
  event         TEXT NOT NULL,
  order_number  TEXT,
  sku           TEXT,
  quantity      INTEGER,
  reason        TEXT
) STRICT;
CREATE INDEX events_by_order ON events (order_number) WHERE order_number IS NOT NULL;
CREATE INDEX events_by_sku ON events (sku) WHERE sku IS NOT NULL;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'the history is never altered'); END;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'the history is never altered'); END;

CREATE TABLE receipts (
  id         INTEGER PRIMARY KEY,
  ref        TEXT UNIQUE,
  change_id  INTEGER NOT NULL REFERENCES changes (id)
) STRICT;
CREATE TABLE receipt_lines (
  receipt_id  INTEGER NOT NULL REFERENCES receipts (id),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (receipt_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE VIEW stock AS
  SELECT sku, name, is_insert, on_hand, allocated, on_hand - allocated AS available,
         coalesce(owed, 0) AS owed, on_hand - allocated - coalesce(owed, 0) AS final
  FROM products LEFT JOIN (SELECT product_id, sum(quantity) AS owed FROM waiting GROUP BY product_id)
       ON product_id = products.id;

CREATE VIEW open_orders AS
  SELECT orders.number, status, placed_at, priority, customer, note, sku, name, quantity,
         on_hand - allocated AS available
  FROM orders JOIN order_lines ON order_id = orders.id JOIN products ON products.id = product_id
  WHERE status IN ('Backorder', 'Processing', 'On Hold')
  ORDER BY status, priority, placed_at, family_id, orders.id, line_no;

CREATE VIEW history AS
  SELECT at, event, order_number, sku, quantity, coalesce(events.reason, changes.reason) AS reason, user, command
  FROM events JOIN changes ON changes.id = change_id
  ORDER BY events.id;
""",
    "m002_following_the_shop": """
-- Where an order came from: the name that the user gave, else the format of its file and its prefix. None: typed in.
CREATE TABLE sources (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE
) STRICT;
ALTER TABLE orders ADD COLUMN source_id INTEGER REFERENCES sources (id);
-- A fingerprint of all that the shop said of the order at the last look, so that an unchanged one costs one look-up.
ALTER TABLE orders ADD COLUMN last_look INTEGER;

-- What the shop asked for and had sent at the last look, of each family and product where the lines do not say it:
-- wanted = units on the family's lines + elsewhere + apart. `elsewhere` are units that the shop sent and no order here
-- shipped, `apart` those that it wants and no line here holds, less those that lines hold and it does not want.
-- Without a row, wanted is what the lines hold, and the others are 0.
CREATE TABLE asked (
  family_id   INTEGER NOT NULL REFERENCES orders (id),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  wanted      INTEGER NOT NULL CHECK (wanted >= 0),
  sent        INTEGER NOT NULL CHECK (sent >= 0),
  elsewhere   INTEGER NOT NULL CHECK (elsewhere >= 0),
  apart       INTEGER NOT NULL,
  PRIMARY KEY (family_id, product_id)
) STRICT, WITHOUT ROWID;

-- Orders that shipped here and of which the shop has not said yet that it knows.
CREATE TABLE unmarked (
  order_id  INTEGER PRIMARY KEY REFERENCES orders (id)
) STRICT;
INSERT INTO unmarked SELECT id FROM orders WHERE status = 'Shipped';
""",
    "m003_remembered_maps": """
-- The --map that was given last for files with this header, as a JSON object of columns by field.
CREATE TABLE maps (
  header  TEXT PRIMARY KEY,
  map     TEXT NOT NULL
) STRICT;
""",
    "m005_ship_complete": """
-- Orders that are never split: they go out whole. For these customers that holds for orders to come, too.
ALTER TABLE orders ADD COLUMN ship_complete INTEGER NOT NULL DEFAULT 0 CHECK (ship_complete IN (0, 1));
CREATE TABLE ship_complete_customers (
  customer  TEXT PRIMARY KEY CHECK (customer <> '')
) STRICT, WITHOUT ROWID;
""",
    "m007_pick_lists": """
-- Numbered lists of orders that are being picked, as they were taken. An order is on one at most, and leaves it when it
-- leaves Processing.
CREATE TABLE pick_lists (
  id         INTEGER PRIMARY KEY,
  change_id  INTEGER NOT NULL REFERENCES changes (id)
) STRICT;
CREATE TABLE pick_list_orders (
  list_id       INTEGER NOT NULL REFERENCES pick_lists (id),
  order_number  TEXT NOT NULL,
  PRIMARY KEY (list_id, order_number)
) STRICT, WITHOUT ROWID;
ALTER TABLE orders ADD COLUMN pick_list INTEGER REFERENCES pick_lists (id);
CREATE INDEX orders_picked ON orders (pick_list) WHERE pick_list IS NOT NULL;
CREATE TRIGGER orders_leave_their_list AFTER UPDATE OF status ON orders
  WHEN OLD.pick_list IS NOT NULL AND NEW.status <> 'Processing'
  BEGIN UPDATE orders SET pick_list = NULL WHERE id = NEW.id; END;
""",
    "m009_undo": """
-- What was before a change, as JSON, where its events do not say enough to undo it.
ALTER TABLE changes ADD COLUMN before TEXT;
-- The change that this one takes back.
ALTER TABLE changes ADD COLUMN undoes INTEGER REFERENCES changes (id);
CREATE INDEX changes_undone ON changes (undoes) WHERE undoes IS NOT NULL;
-- The last change in which the shop said something new of a family: noted at the order that came in.
ALTER TABLE orders ADD COLUMN told_in INTEGER REFERENCES changes (id);
-- A fingerprint of the file, by which a delivery without a reference is known again.
ALTER TABLE receipts ADD COLUMN contents TEXT;
CREATE INDEX receipts_by_contents ON receipts (contents) WHERE contents IS NOT NULL;
""",
    "m010_history_is_kept": """
-- INSERT OR REPLACE fires no trigger of a DELETE.
CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events
  WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the history is never altered'); END;
CREATE TRIGGER changes_are_not_replaced BEFORE INSERT ON changes
  WHEN EXISTS (SELECT 1 FROM changes WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'the history is never altered'); END;
CREATE TRIGGER changes_are_not_changed BEFORE UPDATE OF id, at, command, reason, user ON changes
  BEGIN SELECT RAISE(ABORT, 'the history is never altered'); END;
CREATE TRIGGER changes_are_not_removed BEFORE DELETE ON changes
  BEGIN SELECT RAISE(ABORT, 'the history is never altered'); END;
""",
    "m006_expected": """
-- Units that are to arrive on a day of the shop, under the reference of a purchase order.
-- More may come than was ordered: then nothing of it is left.
CREATE TABLE expected (
  ref         TEXT NOT NULL CHECK (ref <> ''),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  ordered     INTEGER NOT NULL CHECK (ordered >= 0),
  on_day      TEXT NOT NULL CHECK (on_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  received    INTEGER NOT NULL CHECK (received >= 0),
  "left"      INTEGER NOT NULL CHECK ("left" >= 0),
  given_up    INTEGER NOT NULL CHECK (given_up >= 0),
  PRIMARY KEY (ref, product_id),
  CHECK (received + "left" + given_up = max(ordered, received))
) STRICT, WITHOUT ROWID;
CREATE INDEX expected_to_come ON expected (on_day, ref) WHERE "left" > 0;
CREATE INDEX expected_by_product ON expected (product_id);

-- The purchase order that a receipt drew down.
ALTER TABLE receipts ADD COLUMN expected_ref TEXT;
CREATE INDEX receipts_by_expected ON receipts (expected_ref) WHERE expected_ref IS NOT NULL;

-- The promised days, as a question has found them where many orders wait: in the order of their release, and valid
-- until another change, or another day. They follow from the rest.
CREATE TABLE promised (
  number  TEXT PRIMARY KEY,
  place   INTEGER NOT NULL,
  on_day  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE promised_as_of (
  change_id  INTEGER NOT NULL,
  day        TEXT NOT NULL
) STRICT;
""",
    "m011_came": """
-- How many orders were placed on each day (UTC), and how many of them, of their lines and of their units could go at
-- once when they came in, inserts aside. It is kept when they come in: afterwards nobody can tell what was there.
-- `earlier` of the orders had come in before this table was there: of their lines and units nothing is known.
CREATE TABLE came (
  day             TEXT PRIMARY KEY,
  orders          INTEGER NOT NULL,
  orders_at_once  INTEGER NOT NULL CHECK (orders_at_once BETWEEN 0 AND orders),
  lines           INTEGER NOT NULL DEFAULT 0,
  lines_at_once   INTEGER NOT NULL DEFAULT 0 CHECK (lines_at_once BETWEEN 0 AND lines),
  units           INTEGER NOT NULL DEFAULT 0,
  units_at_once   INTEGER NOT NULL DEFAULT 0 CHECK (units_at_once BETWEEN 0 AND units),
  earlier         INTEGER NOT NULL DEFAULT 0 CHECK (earlier BETWEEN 0 AND orders)
) STRICT, WITHOUT ROWID;
INSERT INTO came (day, orders, orders_at_once, earlier)
  SELECT substr(placed_at, 1, 10), count(*), sum(at_once), count(*) FROM (
    SELECT placed_at,
      EXISTS (SELECT 1 FROM events WHERE order_number = number AND event = 'imported') AS at_once
    FROM orders WHERE id = family_id)
  GROUP BY 1;
""",
    "m012_views": """
-- The views are for people who ask in SQL, and docs/sql.md tells their columns. `waiting` is one of them, so the table
-- of that name is now called by what it is.
DROP VIEW stock;
DROP VIEW open_orders;
DROP VIEW history;
DROP INDEX waiting_by_order;
ALTER TABLE waiting RENAME TO queue;
CREATE INDEX queue_by_order ON queue (order_id, quantity);

CREATE VIEW stock AS
  SELECT sku, name, is_insert, on_hand, allocated, on_hand - allocated AS available,
         coalesce(owed, 0) AS owed, on_hand - allocated - coalesce(owed, 0) AS final
  FROM products LEFT JOIN (SELECT product_id, sum(quantity) AS owed FROM queue GROUP BY product_id)
       ON product_id = products.id;

CREATE VIEW open_orders AS
  SELECT orders.number AS order_number, status, placed_at, priority, customer, note, sku, name, quantity,
         on_hand - allocated AS available
  FROM orders JOIN order_lines ON order_id = orders.id JOIN products ON products.id = product_id
  WHERE status IN ('Backorder', 'Processing', 'On Hold')
  ORDER BY status, priority, placed_at, family_id, orders.id, line_no;

CREATE VIEW history AS
  SELECT at AS happened_at, event, order_number, sku, quantity, coalesce(events.reason, changes.reason) AS reason,
         user AS done_by, command, change_id AS change_number
  FROM events JOIN changes ON changes.id = change_id
  ORDER BY events.id;

-- What each Backorder order lacks of each product, under the policy of the file (rule 5): for the views below.
CREATE VIEW lacking AS
  WITH needs AS (
    SELECT product_id, order_id, quantity, quantity AS needed FROM queue
    WHERE NOT (SELECT value = 'strict' FROM settings WHERE name = 'policy')
    UNION ALL
    SELECT product_id, order_id, quantity,
      sum(quantity) OVER (PARTITION BY product_id ORDER BY priority, placed_at, family_id, order_id
                          ROWS UNBOUNDED PRECEDING)
    FROM queue WHERE (SELECT value = 'strict' FROM settings WHERE name = 'policy'))
  SELECT product_id, order_id, min(quantity, needed - (on_hand - allocated)) AS short
  FROM needs JOIN products ON products.id = product_id WHERE needed > on_hand - allocated;

CREATE VIEW waiting AS
  SELECT number AS order_number, customer, sku, short, placed_at AS since,
         round(julianday('now') - julianday(placed_at), 1) AS days
  FROM lacking JOIN orders ON orders.id = order_id JOIN products ON products.id = product_id
  ORDER BY priority, placed_at, family_id, orders.id, sku;

CREATE VIEW shortages AS
  WITH
  alone AS (SELECT min(product_id) AS product_id FROM lacking GROUP BY order_id HAVING count(*) = 1),
  blocked AS (SELECT product_id, count(*) AS orders FROM alone GROUP BY product_id),
  owed AS (SELECT product_id, sum(quantity) AS units, count(*) AS orders, min(placed_at) AS oldest
           FROM queue GROUP BY product_id),
  coming AS (SELECT product_id, sum("left") AS units,
               min(on_day) FILTER (WHERE on_day >= date('now', 'localtime')) AS day
             FROM expected WHERE "left" > 0 GROUP BY product_id)
  SELECT sku, name, owed.units - (on_hand - allocated) AS short, owed.orders AS orders,
    coalesce(blocked.orders, 0) AS blocks_alone, oldest, coalesce(coming.units, 0) AS incoming,
    max(0, owed.units - (on_hand - allocated) - coalesce(coming.units, 0)) AS to_buy, coming.day AS next_day
  FROM owed JOIN products ON products.id = owed.product_id LEFT JOIN blocked ON blocked.product_id = products.id
    LEFT JOIN coming ON coming.product_id = products.id
  WHERE owed.units > on_hand - allocated ORDER BY blocks_alone DESC, owed.orders DESC, sku;

CREATE VIEW waits AS
  SELECT number AS order_number, customer, placed_at AS since, released_at,
         round(julianday(released_at) - julianday(placed_at), 1) AS days
  FROM (SELECT order_number, max(at) AS released_at FROM events JOIN changes ON changes.id = change_id
        WHERE event = 'released' GROUP BY order_number)
    JOIN orders ON number = order_number
  WHERE status <> 'Backorder' ORDER BY released_at, orders.id;

CREATE VIEW fill_rate_by_week AS
  SELECT date(day, 'weekday 0', '-6 days') AS week, sum(orders) AS orders, sum(orders_at_once) AS orders_at_once,
    round(1.0 * sum(orders_at_once) / sum(orders), 4) AS order_rate,
    sum(lines) AS lines, sum(lines_at_once) AS lines_at_once,
    round(1.0 * sum(lines_at_once) / sum(lines), 4) AS line_rate,
    sum(units) AS units, sum(units_at_once) AS units_at_once,
    round(1.0 * sum(units_at_once) / sum(units), 4) AS unit_rate
  FROM came GROUP BY week HAVING sum(orders) > 0 ORDER BY week;
""",
    "m013_short": """
-- The products that are short, as a question has found them where many orders wait, and valid until another change.
-- They follow from the rest.
CREATE TABLE short (
  product_id    INTEGER PRIMARY KEY REFERENCES products (id),
  short         INTEGER NOT NULL,
  orders        INTEGER NOT NULL,
  blocks_alone  INTEGER NOT NULL,
  oldest        TEXT NOT NULL
) STRICT;
CREATE TABLE short_as_of (
  change_id  INTEGER NOT NULL
) STRICT;
""",
    "m014_unsaid": """
-- Of the units sent, those that are known here, while the shop's file left open whether it has sent them.
ALTER TABLE asked ADD COLUMN unsaid INTEGER NOT NULL DEFAULT 0 CHECK (unsaid BETWEEN 0 AND sent);
""",
    "m015_plain_words": """
-- The names of these tables and columns say what they hold. Views keep their names.
ALTER TABLE asked RENAME TO shop_state;
ALTER TABLE shop_state RENAME COLUMN elsewhere TO sent_by_shop;
ALTER TABLE shop_state RENAME COLUMN apart TO wanted_not_on_lines;
ALTER TABLE shop_state RENAME COLUMN unsaid TO assumed_sent;
ALTER TABLE came RENAME TO fill_rate_days;
ALTER TABLE short RENAME TO shortage_cache;
ALTER TABLE short_as_of RENAME TO shortage_cache_as_of;
ALTER TABLE unmarked RENAME TO to_mark;
ALTER TABLE orders RENAME COLUMN last_look TO fingerprint;
ALTER TABLE orders RENAME COLUMN told_in TO shop_changed_in;
""",
    "m019_calendar": """
-- The last day of a hold: `due` ends the hold when that day has come. A hold that ends otherwise loses its day.
ALTER TABLE orders ADD COLUMN hold_until TEXT
  CHECK (hold_until IS NULL OR hold_until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]');
CREATE INDEX orders_held_until ON orders (hold_until) WHERE hold_until IS NOT NULL;
CREATE TRIGGER orders_end_their_hold AFTER UPDATE OF status ON orders
  WHEN OLD.hold_until IS NOT NULL AND NEW.status <> 'On Hold'
  BEGIN UPDATE orders SET hold_until = NULL WHERE id = NEW.id; END;

-- The first day on which a product may go out: until `due` takes it away, nothing of the product is available.
ALTER TABLE products ADD COLUMN first_day TEXT
  CHECK (first_day IS NULL OR first_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]');
CREATE INDEX products_closed ON products (first_day) WHERE first_day IS NOT NULL;
ALTER TABLE products ADD COLUMN available INTEGER
  GENERATED ALWAYS AS (CASE WHEN first_day IS NULL THEN on_hand - allocated ELSE 0 END) VIRTUAL;

DROP VIEW shortages;
DROP VIEW waiting;
DROP VIEW lacking;
DROP VIEW open_orders;
DROP VIEW stock;

CREATE VIEW stock AS
  SELECT sku, name, is_insert, on_hand, allocated, available, coalesce(owed, 0) AS owed,
         available - coalesce(owed, 0) AS final, first_day
  FROM products LEFT JOIN (SELECT product_id, sum(quantity) AS owed FROM queue GROUP BY product_id)
       ON product_id = products.id;

CREATE VIEW open_orders AS
  SELECT orders.number AS order_number, status, placed_at, priority, customer, note, sku, name, quantity, available,
         hold_until
  FROM orders JOIN order_lines ON order_id = orders.id JOIN products ON products.id = product_id
  WHERE status IN ('Backorder', 'Processing', 'On Hold')
  ORDER BY status, priority, placed_at, family_id, orders.id, line_no;

CREATE VIEW lacking AS
  WITH needs AS (
    SELECT product_id, order_id, quantity, quantity AS needed FROM queue
    WHERE NOT (SELECT value = 'strict' FROM settings WHERE name = 'policy')
    UNION ALL
    SELECT product_id, order_id, quantity,
      sum(quantity) OVER (PARTITION BY product_id ORDER BY priority, placed_at, family_id, order_id
                          ROWS UNBOUNDED PRECEDING)
    FROM queue WHERE (SELECT value = 'strict' FROM settings WHERE name = 'policy'))
  SELECT product_id, order_id, min(quantity, needed - available) AS short
  FROM needs JOIN products ON products.id = product_id WHERE needed > available;

CREATE VIEW waiting AS
  SELECT number AS order_number, customer, sku, short, placed_at AS since,
         round(julianday('now') - julianday(placed_at), 1) AS days
  FROM lacking JOIN orders ON orders.id = order_id JOIN products ON products.id = product_id
  ORDER BY priority, placed_at, family_id, orders.id, sku;

-- What is on hand of a product before its first day is short, and need not be bought.
CREATE VIEW shortages AS
  WITH
  alone AS (SELECT min(product_id) AS product_id FROM lacking GROUP BY order_id HAVING count(*) = 1),
  blocked AS (SELECT product_id, count(*) AS orders FROM alone GROUP BY product_id),
  owed AS (SELECT product_id, sum(quantity) AS units, count(*) AS orders, min(placed_at) AS oldest
           FROM queue GROUP BY product_id),
  coming AS (SELECT product_id, sum("left") AS units,
               min(on_day) FILTER (WHERE on_day >= date('now', 'localtime')) AS day
             FROM expected WHERE "left" > 0 GROUP BY product_id)
  SELECT sku, name, owed.units - available AS short, owed.orders AS orders,
    coalesce(blocked.orders, 0) AS blocks_alone, oldest, coalesce(coming.units, 0) AS incoming,
    max(0, owed.units - (on_hand - allocated) - coalesce(coming.units, 0)) AS to_buy, coming.day AS next_day
  FROM owed JOIN products ON products.id = owed.product_id LEFT JOIN blocked ON blocked.product_id = products.id
    LEFT JOIN coming ON coming.product_id = products.id
  WHERE owed.units > available ORDER BY blocks_alone DESC, owed.orders DESC, sku;
""",
    "m016_which_file": """
-- By which an older file, and another shop's, is told from the next export: when the newest order of the last look was
-- placed, and the columns of a source's plain files.
ALTER TABLE sources ADD COLUMN newest TEXT;
ALTER TABLE sources ADD COLUMN header TEXT;
-- When the shop had changed the order last, and the state, in its words, in which an order is not to be sent for now.
ALTER TABLE orders ADD COLUMN changed_at TEXT;
ALTER TABLE orders ADD COLUMN withheld TEXT;
-- The order is On Hold for that state, and nobody has touched its hold since.
ALTER TABLE orders ADD COLUMN held_by_shop INTEGER CHECK (held_by_shop = 1);
CREATE TRIGGER orders_leave_the_shops_hold AFTER UPDATE OF status ON orders
  WHEN OLD.held_by_shop IS NOT NULL AND NEW.status <> 'On Hold'
  BEGIN UPDATE orders SET held_by_shop = NULL WHERE id = NEW.id; END;
""",
    "m018_kits": """
-- What a kit is made of, in the order in which the parts were named. A kit has no count of its own: orders want its
-- parts, and `products.allocated` and `queue` hold these.
CREATE TABLE kit_parts (
  kit_id    INTEGER NOT NULL REFERENCES products (id),
  part_id   INTEGER NOT NULL REFERENCES products (id) CHECK (part_id <> kit_id),
  place     INTEGER NOT NULL,
  quantity  INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (kit_id, part_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX kit_parts_by_part ON kit_parts (part_id);
-- Lines of an order with the same group belong together in the shop's file: they go or wait together. Blank: alone.
ALTER TABLE order_lines ADD COLUMN line_group TEXT NOT NULL DEFAULT '';

CREATE VIEW kits AS
  SELECT kit.sku AS kit, part.sku AS sku, quantity
  FROM kit_parts JOIN products kit ON kit.id = kit_id JOIN products part ON part.id = part_id
  ORDER BY kit.sku, place;
DROP VIEW open_orders;
CREATE VIEW open_orders AS
  SELECT orders.number AS order_number, status, placed_at, priority, customer, note, sku, name, quantity,
         coalesce((SELECT min(part.available / k.quantity)
                   FROM kit_parts k JOIN products part ON part.id = part_id WHERE kit_id = products.id),
                  available) AS available,
         hold_until
  FROM orders JOIN order_lines ON order_id = orders.id JOIN products ON products.id = product_id
  WHERE status IN ('Backorder', 'Processing', 'On Hold')
  ORDER BY status, priority, placed_at, family_id, orders.id, line_no;
""",
    "m022_expected_days": """
-- A reference can bring a SKU on several days.
CREATE TEMP TABLE expected_before AS SELECT * FROM expected;
DROP TABLE expected;
CREATE TABLE expected (
  ref         TEXT NOT NULL CHECK (ref <> ''),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  on_day      TEXT NOT NULL CHECK (on_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  ordered     INTEGER NOT NULL CHECK (ordered >= 0),
  received    INTEGER NOT NULL CHECK (received >= 0),
  "left"      INTEGER NOT NULL CHECK ("left" >= 0),
  given_up    INTEGER NOT NULL CHECK (given_up >= 0),
  PRIMARY KEY (ref, product_id, on_day),
  CHECK (received + "left" + given_up = max(ordered, received))
) STRICT, WITHOUT ROWID;
INSERT INTO expected SELECT ref, product_id, on_day, ordered, received, "left", given_up FROM expected_before;
DROP TABLE expected_before;
CREATE INDEX expected_to_come ON expected (on_day, ref) WHERE "left" > 0;
CREATE INDEX expected_by_product ON expected (product_id);
""",
    "m017_tell": """
-- The labels of a Shipped order, as a JSON array of pairs of carrier and number. They go when it is no longer Shipped.
ALTER TABLE orders ADD COLUMN tracking TEXT;
CREATE TRIGGER orders_lose_their_tracking AFTER UPDATE OF status ON orders
  WHEN OLD.tracking IS NOT NULL AND NEW.status <> 'Shipped'
  BEGIN UPDATE orders SET tracking = NULL WHERE id = NEW.id; END;

-- Units of Shipped orders of which a file has told the shop (rule 20). They go with the status, too.
CREATE TABLE told_units (
  order_id    INTEGER NOT NULL REFERENCES orders (id),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  units       INTEGER NOT NULL CHECK (units > 0),
  PRIMARY KEY (order_id, product_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER orders_are_untold AFTER UPDATE OF status ON orders
  WHEN OLD.status = 'Shipped' AND NEW.status <> 'Shipped'
  BEGIN DELETE FROM told_units WHERE order_id = NEW.id; END;
""",
    "m019_notices": """
-- What the customer was last told of an order: the promised day, or none; and whether a yes is noted. By number, so
-- that a part that is merged and comes back by `undo` has what was told of it.
CREATE TABLE customer_told (
  order_number  TEXT PRIMARY KEY,
  day           TEXT CHECK (day IS NULL OR day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  agreed        INTEGER NOT NULL CHECK (agreed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER orders_told_are_forgotten AFTER DELETE ON orders WHEN OLD.split_from IS NULL
  BEGIN DELETE FROM customer_told WHERE order_number = OLD.number; END;
-- Orders that were given up here, and nobody was told.
CREATE TABLE cancelled_untold (
  order_id  INTEGER PRIMARY KEY REFERENCES orders (id)
) STRICT;
CREATE TRIGGER orders_cancelled_come_back AFTER UPDATE OF status ON orders
  WHEN OLD.status = 'Cancelled' AND NEW.status <> 'Cancelled'
  BEGIN DELETE FROM cancelled_untold WHERE order_id = NEW.id; END;
""",
    "m020_pick_lists_as_taken": """
-- The units per SKU of each order on a list when it was taken: what is shipped with the list must be what was picked.
CREATE TABLE pick_list_units (
  list_id       INTEGER NOT NULL REFERENCES pick_lists (id),
  order_number  TEXT NOT NULL,
  sku           TEXT NOT NULL,
  quantity      INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (list_id, order_number, sku)
) STRICT, WITHOUT ROWID;
-- For the orders of one customer that could go in one parcel.
CREATE INDEX orders_processing_of ON orders (customer) WHERE status = 'Processing' AND customer <> '';
-- The change that shipped the last order of a list, with the list: nothing comes back to it afterwards.
ALTER TABLE pick_lists ADD COLUMN shipped_in INTEGER REFERENCES changes (id);
-- The list that an order was on when it left Processing: when it comes back, it is on it again, if that is open.
ALTER TABLE orders ADD COLUMN left_list INTEGER REFERENCES pick_lists (id);
DROP TRIGGER orders_leave_their_list;
CREATE TRIGGER orders_leave_their_list AFTER UPDATE OF status ON orders
  WHEN OLD.pick_list IS NOT NULL AND NEW.status <> 'Processing'
  BEGIN UPDATE orders SET pick_list = NULL, left_list = OLD.pick_list WHERE id = NEW.id; END;
CREATE TRIGGER orders_come_back_to_their_list AFTER UPDATE OF status ON orders
  WHEN OLD.left_list IS NOT NULL AND NEW.status = 'Processing'
  BEGIN
    UPDATE orders SET left_list = NULL,
      pick_list = (SELECT id FROM pick_lists WHERE id = OLD.left_list AND shipped_in IS NULL)
    WHERE id = NEW.id;
  END;
""",
    "m016_counts": """
-- What each shop counted of a product at the last look: `counted` is what it held then, `due` that less what it has
-- said to be sent since. `untold` are units that were received, corrected or counted here and that it has not counted.
-- `differs` are the units here above what is due, and `differed` was that at the last look.
CREATE TABLE shop_counts (
  product_id  INTEGER NOT NULL REFERENCES products (id),
  source_id   INTEGER NOT NULL REFERENCES sources (id),
  counted     INTEGER NOT NULL,
  due         INTEGER NOT NULL,
  untold      INTEGER NOT NULL,
  differs     INTEGER NOT NULL,
  differed    INTEGER NOT NULL,
  PRIMARY KEY (product_id, source_id)
) STRICT, WITHOUT ROWID;
-- The format in which a shop's counts came last. None: it has told of none.
ALTER TABLE sources ADD COLUMN counted_as TEXT;
""",
    "m021_no_longer_wanted": """
-- Units that have shipped here, that the shop wanted then, and that it has not wanted since.
ALTER TABLE shop_state ADD COLUMN no_longer_wanted INTEGER NOT NULL DEFAULT 0 CHECK (no_longer_wanted >= 0);
""",
    "m023_today": """
-- When a shop was followed last.
ALTER TABLE sources ADD COLUMN followed_at TEXT;
UPDATE sources SET followed_at = (SELECT max(at) FROM changes WHERE command = 'sync') WHERE newest IS NOT NULL;
-- What `today` answered on a day, as JSON of that version of the program. It follows from the rest, and each change
-- takes it away.
CREATE TABLE today_cache (
  day      TEXT NOT NULL,
  program  TEXT NOT NULL,
  answer   TEXT NOT NULL
) STRICT;
""",
    "m024_views_for_others": """
-- The views in words that DuckDB reads, too, where a file is attached: it parses a view, runs it itself if it knows all
-- of its functions and columns, and else lets SQLite run it. It knows no columns that are computed, divides whole
-- numbers to decimals, and takes `at`, `user` and count(*) for something else.
DROP VIEW stock;
DROP VIEW open_orders;
DROP VIEW lacking;
DROP VIEW waiting;
DROP VIEW shortages;
DROP VIEW waits;
DROP VIEW fill_rate_by_week;
DROP VIEW history;

CREATE VIEW stock AS
  SELECT sku, name, is_insert, on_hand, allocated,
         CASE WHEN first_day IS NULL THEN on_hand - allocated ELSE 0 END AS available,
         CAST(coalesce(units, 0) AS BIGINT) AS owed,
         CAST(CASE WHEN first_day IS NULL THEN on_hand - allocated ELSE 0 END - coalesce(units, 0) AS BIGINT) AS final,
         first_day
  FROM products LEFT JOIN (SELECT product_id, sum(quantity) AS units FROM queue GROUP BY product_id) wanted
       ON wanted.product_id = products.id;

CREATE VIEW open_orders AS
  WITH there AS (
    SELECT id, CASE WHEN first_day IS NULL THEN on_hand - allocated ELSE 0 END AS units FROM products),
  made AS (
    SELECT kit_id, CAST(min((units - units % quantity) / quantity) AS BIGINT) AS units
    FROM kit_parts JOIN there ON there.id = part_id GROUP BY kit_id)
  SELECT orders.number AS order_number, status, placed_at, priority, customer, note, sku, name, quantity,
         coalesce(made.units, there.units) AS available, hold_until
  FROM orders JOIN order_lines ON order_lines.order_id = orders.id
    JOIN products ON products.id = order_lines.product_id JOIN there ON there.id = products.id
    LEFT JOIN made ON made.kit_id = products.id
  WHERE status IN ('Backorder', 'Processing', 'On Hold')
  ORDER BY status, priority, placed_at, family_id, orders.id, line_no;

CREATE VIEW closed_orders AS
  SELECT orders.number AS order_number, status, placed_at, customer, note, sku, name, quantity
  FROM orders JOIN order_lines ON order_lines.order_id = orders.id
    JOIN products ON products.id = order_lines.product_id
  WHERE status IN ('Shipped', 'Cancelled') ORDER BY placed_at, orders.id, line_no;

CREATE VIEW families AS
  SELECT first.number AS family, orders.number AS order_number, origin.number AS split_off, orders.status AS status
  FROM orders JOIN orders first ON first.id = orders.family_id LEFT JOIN orders origin ON origin.id = orders.split_from
  WHERE orders.split_from IS NOT NULL OR orders.id IN (SELECT family_id FROM orders WHERE split_from IS NOT NULL)
  ORDER BY orders.family_id, orders.id;

CREATE VIEW expected_receipts AS
  SELECT ref, sku, name, on_day AS expected_on, ordered, received, "left" AS to_come
  FROM expected JOIN products ON products.id = expected.product_id WHERE "left" > 0 ORDER BY on_day, ref, sku;

CREATE VIEW picking AS
  SELECT pick_list AS list_number, changes."at" AS taken_at, number AS order_number, customer
  FROM orders JOIN pick_lists ON pick_lists.id = pick_list JOIN changes ON changes.id = pick_lists.change_id
  ORDER BY pick_list, priority, placed_at, family_id, orders.id;

CREATE VIEW history AS
  SELECT changes."at" AS happened_at, event, order_number, sku, quantity,
         coalesce(events.reason, changes.reason) AS reason, changes."user" AS done_by, command,
         change_id AS change_number
  FROM events JOIN changes ON changes.id = change_id
  ORDER BY events.id;

CREATE VIEW lacking AS
  WITH needs AS (
    SELECT product_id, order_id, quantity, quantity AS needed FROM queue
    WHERE NOT (SELECT value = 'strict' FROM settings WHERE name = 'policy')
    UNION ALL
    SELECT product_id, order_id, quantity,
      sum(quantity) OVER (PARTITION BY product_id ORDER BY priority, placed_at, family_id, order_id
                          ROWS UNBOUNDED PRECEDING)
    FROM queue WHERE (SELECT value = 'strict' FROM settings WHERE name = 'policy'))
  SELECT product_id, order_id, min(quantity, needed - available) AS short
  FROM needs JOIN products ON products.id = product_id WHERE needed > available;

CREATE VIEW waiting AS
  SELECT number AS order_number, customer, sku, short, placed_at AS since,
         round(julianday('now') - julianday(placed_at), 1) AS days
  FROM lacking JOIN orders ON orders.id = order_id JOIN products ON products.id = product_id
  ORDER BY priority, placed_at, family_id, orders.id, sku;

-- What is on hand of a product before its first day is short, and need not be bought.
CREATE VIEW shortages AS
  WITH
  alone AS (SELECT min(product_id) AS product_id FROM lacking GROUP BY order_id HAVING count(product_id) = 1),
  blocked AS (SELECT product_id, count(product_id) AS orders FROM alone GROUP BY product_id),
  owed AS (SELECT product_id, sum(quantity) AS units, count(product_id) AS orders, min(placed_at) AS oldest
           FROM queue GROUP BY product_id),
  coming AS (SELECT product_id, sum("left") AS units,
               min(on_day) FILTER (WHERE on_day >= strftime('%Y-%m-%d', 'now', 'localtime')) AS day
             FROM expected WHERE "left" > 0 GROUP BY product_id)
  SELECT sku, name, owed.units - available AS short, owed.orders AS orders,
    coalesce(blocked.orders, 0) AS blocks_alone, oldest, coalesce(coming.units, 0) AS incoming,
    max(0, owed.units - (on_hand - allocated) - coalesce(coming.units, 0)) AS to_buy, coming.day AS next_day
  FROM owed JOIN products ON products.id = owed.product_id LEFT JOIN blocked ON blocked.product_id = products.id
    LEFT JOIN coming ON coming.product_id = products.id
  WHERE owed.units > available ORDER BY blocks_alone DESC, owed.orders DESC, sku;

CREATE VIEW waits AS
  SELECT number AS order_number, customer, placed_at AS since, released_at,
         round(julianday(released_at) - julianday(placed_at), 1) AS days
  FROM (SELECT order_number, max(changes."at") AS released_at FROM events JOIN changes ON changes.id = change_id
        WHERE event = 'released' GROUP BY order_number) released
    JOIN orders ON number = order_number
  WHERE status <> 'Backorder' ORDER BY released_at, orders.id;

CREATE VIEW fill_rate_by_week AS
  SELECT strftime('%Y-%m-%d', day, 'weekday 0', '-6 days') AS week, sum(orders) AS orders,
    sum(orders_at_once) AS orders_at_once, round(1.0 * sum(orders_at_once) / sum(orders), 4) AS order_rate,
    sum(lines) AS lines, sum(lines_at_once) AS lines_at_once,
    round(1.0 * sum(lines_at_once) / sum(lines), 4) AS line_rate,
    sum(units) AS units, sum(units_at_once) AS units_at_once,
    round(1.0 * sum(units_at_once) / sum(units), 4) AS unit_rate
  FROM fill_rate_days GROUP BY 1 HAVING sum(orders) > 0 ORDER BY 1;
""",
    "m025_promised_days": """
-- What `promise` has kept: it holds until the next change.
CREATE VIEW promised_days AS
  SELECT promised.number AS order_number, customer, on_day AS promised_on, promised_as_of.day AS asked_on
  FROM promised_as_of CROSS JOIN promised JOIN orders ON orders.number = promised.number
  WHERE promised_as_of.change_id = (SELECT max(id) FROM changes) ORDER BY place;
""",
    "m026_columns": """
-- The columns that the files of a source had at the last look, as JSON.
ALTER TABLE sources ADD COLUMN columns TEXT;
""",
    "m027_same_counts": """
-- By which a shop's counts are known again.
ALTER TABLE sources ADD COLUMN counts_mark INTEGER;
""",
    "m028_told_and_seen": """
-- Whether the shop was looked at since a file told it of these units.
ALTER TABLE told_units ADD COLUMN is_seen INTEGER NOT NULL DEFAULT 0 CHECK (is_seen IN (0, 1));
""",
}

# The migrations that rewrite rows which are there: before one of these runs, a copy of the file is kept beside it.
REWRITING: frozenset[str] = frozenset()


def unapplied(applied: set[str]) -> list[str]:
    """The names of the migrations that a file with these ones still needs, in order."""
    return [name for name in MIGRATIONS if name not in applied]


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file up to date, inside the transaction that the caller has begun (BEGIN IMMEDIATE)."""
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 - 90 ms that only a migration needs

    migrations = Migrations(MIGRATION_SET)
    for name, sql in MIGRATIONS.items():

        def step(db: Database, sql: str = sql) -> None:
            for statement in statements(sql):
                db.conn.execute(statement)

        migrations(name=name)(step)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(Database(connection, execute_plugins=False))


def statements(sql: str) -> Iterator[str]:
    """The single statements of a script: sqlite3's executescript would commit before it starts."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement  # the last, without its `;`
