PRAGMA application_id = 1651732529;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'backsplit','m001_orders_and_stock','2026-11-22 22:39:05.155482+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'backsplit','m002_following_the_shop','2026-11-24 15:14:35.079946+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'backsplit','m005_ship_complete','2026-11-24 15:34:16.595628+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'backsplit','m007_pick_lists','2026-11-24 16:01:43.028224+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'backsplit','m003_remembered_maps','2026-11-24 16:38:48.131119+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'backsplit','m009_undo','2026-11-24 16:38:48.132441+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'backsplit','m010_history_is_kept','2026-11-24 16:55:58.440883+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'backsplit','m006_expected','2026-11-24 17:11:54.745547+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'backsplit','m011_came','2026-11-24 17:11:54.745547+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'backsplit','m012_views','2026-11-24 17:11:54.745547+00:00');
INSERT INTO "_sqlite_migrations" VALUES(11,'backsplit','m013_short','2026-11-29 16:19:53.393379+00:00');
INSERT INTO "_sqlite_migrations" VALUES(12,'backsplit','m014_unsaid','2026-11-29 16:53:48.688522+00:00');
INSERT INTO "_sqlite_migrations" VALUES(13,'backsplit','m015_plain_words','2026-11-30 07:05:37.496762+00:00');
INSERT INTO "_sqlite_migrations" VALUES(14,'backsplit','m019_calendar','2026-11-30 07:09:39.429435+00:00');
INSERT INTO "_sqlite_migrations" VALUES(15,'backsplit','m016_which_file','2026-11-30 07:47:51.348217+00:00');
INSERT INTO "_sqlite_migrations" VALUES(16,'backsplit','m018_kits','2026-11-30 07:50:46.898859+00:00');
INSERT INTO "_sqlite_migrations" VALUES(17,'backsplit','m022_expected_days','2026-11-30 07:55:38.723698+00:00');
INSERT INTO "_sqlite_migrations" VALUES(18,'backsplit','m017_tell','2026-11-30 09:57:41.331200+00:00');
INSERT INTO "_sqlite_migrations" VALUES(19,'backsplit','m019_notices','2026-11-30 09:57:41.332145+00:00');
INSERT INTO "_sqlite_migrations" VALUES(20,'backsplit','m020_pick_lists_as_taken','2026-11-30 09:57:41.344679+00:00');
INSERT INTO "_sqlite_migrations" VALUES(21,'backsplit','m016_counts','2026-11-30 09:57:41.351161+00:00');
INSERT INTO "_sqlite_migrations" VALUES(22,'backsplit','m021_no_longer_wanted','2026-11-30 09:57:41.357461+00:00');
INSERT INTO "_sqlite_migrations" VALUES(23,'backsplit','m023_today','2026-11-30 09:57:41.359688+00:00');
INSERT INTO "_sqlite_migrations" VALUES(24,'backsplit','m024_views_for_others','2026-11-30 11:00:39.182282+00:00');
INSERT INTO "_sqlite_migrations" VALUES(25,'backsplit','m025_promised_days','2026-11-30 14:00:22.101766+00:00');
INSERT INTO "_sqlite_migrations" VALUES(26,'backsplit','m026_columns','2026-11-30 14:37:07.254813+00:00');
INSERT INTO "_sqlite_migrations" VALUES(27,'backsplit','m027_same_counts','2026-11-30 14:51:49.458686+00:00');
INSERT INTO "_sqlite_migrations" VALUES(28,'backsplit','m028_told_and_seen','2026-11-30 15:10:45.453893+00:00');
CREATE TABLE cancelled_untold (
  order_id  INTEGER PRIMARY KEY REFERENCES orders (id)
) STRICT;
CREATE TABLE changes (
  id       INTEGER PRIMARY KEY,
  at       TEXT NOT NULL,
  command  TEXT NOT NULL,
  reason   TEXT NOT NULL DEFAULT '',
  user     TEXT NOT NULL
, before TEXT, undoes INTEGER REFERENCES changes (id)) STRICT;
INSERT INTO "changes" VALUES(1,'2026-11-22T22:39:05Z','import stock','in.csv','kim',NULL,NULL);
INSERT INTO "changes" VALUES(2,'2026-11-22T22:39:05Z','import orders','in.csv','kim',NULL,NULL);
INSERT INTO "changes" VALUES(3,'2026-11-22T22:39:05Z','split','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(4,'2026-11-22T22:39:05Z','split','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(5,'2026-11-22T22:39:05Z','receive','ASN-1','kim',NULL,NULL);
INSERT INTO "changes" VALUES(6,'2026-11-22T22:39:05Z','receive','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(7,'2026-11-22T22:39:05Z','ship','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(8,'2026-11-22T22:39:05Z','hold','address','kim',NULL,NULL);
INSERT INTO "changes" VALUES(9,'2026-11-22T22:39:05Z','cancel','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(10,'2026-11-22T22:39:05Z','prioritize','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(11,'2026-11-22T22:39:05Z','merge','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(12,'2026-11-22T22:39:05Z','adjust','broken','kim',NULL,NULL);
INSERT INTO "changes" VALUES(13,'2026-11-22T22:39:05Z','mark','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(14,'2026-11-24T16:38:48Z','cancel','','kim','{"on_hold": ["M3"]}',NULL);
INSERT INTO "changes" VALUES(15,'2026-11-24T16:38:48Z','hold','','kim',NULL,NULL);
INSERT INTO "changes" VALUES(16,'2026-11-24T16:38:48Z','amend','','kim','{"orders": [{"id": 7, "number": "M7", "status": "Backorder", "priority": 100, "split_from": null, "lines": [[1, "C", 1], [2, "B", 1]]}], "again": ["amend", "M7", "--set", "C=2"]}',NULL);
INSERT INTO "changes" VALUES(17,'2026-11-24T16:38:48Z','split --all','','kim','{"again": ["split", "--all", "--partial"], "dropped": {}}',NULL);
INSERT INTO "changes" VALUES(18,'2026-11-24T16:38:48Z','undo','undoes change 17: split --all','kim',NULL,17);
INSERT INTO "changes" VALUES(19,'2026-11-24T16:38:49Z','prioritize','','kim','{"priorities": {"M6": 5}, "again": ["prioritize", "M6", "--priority", "7"]}',NULL);
INSERT INTO "changes" VALUES(20,'2026-11-24T17:11:54Z','expect','PO-7','kim','{"expected": [[null, ["PO-7", "B", 5, "2026-12-03", 0, 5, 0]]], "again": ["expect", "--sku", "B", "--qty", "5", "--on", "2026-12-03", "--ref", "PO-7"]}',NULL);
INSERT INTO "changes" VALUES(21,'2026-11-24T17:11:55Z','expect','PO-7','kim','{"expected": [[null, ["PO-7", "C", 2, "2026-12-05", 0, 2, 0]]], "again": ["expect", "--sku", "C", "--qty", "2", "--on", "2026-12-05", "--ref", "PO-7"]}',NULL);
INSERT INTO "changes" VALUES(22,'2026-11-24T17:11:56Z','receive','PO-7','kim','{"expected": [[["PO-7", "B", 5, "2026-12-03", 0, 5, 0], ["PO-7", "B", 5, "2026-12-03", 1, 4, 0]]], "again": ["receive", "--of", "PO-7", "--sku=B", "--qty=1"]}',NULL);
INSERT INTO "changes" VALUES(23,'2026-11-24T17:11:57Z','expect --move','PO-7','kim','{"expected": [[["PO-7", "B", 5, "2026-12-03", 1, 4, 0], ["PO-7", "B", 5, "2026-12-10", 1, 4, 0]], [["PO-7", "C", 2, "2026-12-05", 0, 2, 0], ["PO-7", "C", 2, "2026-12-10", 0, 2, 0]]], "again": ["expect", "--move", "PO-7", "--on", "2026-12-10"]}',NULL);
INSERT INTO "changes" VALUES(24,'2026-11-24T17:11:58Z','expect','PO-8','kim','{"expected": [[null, ["PO-8", "A", 2, "2026-12-05", 0, 2, 0]]], "again": ["expect", "--sku", "A", "--qty", "2", "--on", "2026-12-05", "--ref", "PO-8"]}',NULL);
INSERT INTO "changes" VALUES(25,'2026-11-24T17:11:59Z','expect --close','PO-8','kim','{"expected": [[["PO-8", "A", 2, "2026-12-05", 0, 2, 0], ["PO-8", "A", 2, "2026-12-05", 0, 0, 2]]], "again": ["expect", "--close", "PO-8"]}',NULL);
CREATE TABLE customer_told (
  order_number  TEXT PRIMARY KEY,
  day           TEXT CHECK (day IS NULL OR day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  agreed        INTEGER NOT NULL CHECK (agreed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE events (
  id            INTEGER PRIMARY KEY,
  change_id     INTEGER NOT NULL REFERENCES changes (id),
  event         TEXT NOT NULL,
  order_number  TEXT,
  sku           TEXT,
  quantity      INTEGER,
  reason        TEXT
) STRICT;
INSERT INTO "events" VALUES(1,1,'marked',NULL,'CARD',NULL,'insert');
INSERT INTO "events" VALUES(2,1,'counted',NULL,'A',5,NULL);
INSERT INTO "events" VALUES(3,1,'counted',NULL,'CARD',1,NULL);
INSERT INTO "events" VALUES(4,1,'counted',NULL,'C',2,NULL);
INSERT INTO "events" VALUES(5,2,'backordered','M1',NULL,3,NULL);
INSERT INTO "events" VALUES(6,2,'imported','#2',NULL,1,NULL);
INSERT INTO "events" VALUES(7,2,'imported','M3',NULL,2,NULL);
INSERT INTO "events" VALUES(8,2,'imported','M4',NULL,1,NULL);
INSERT INTO "events" VALUES(9,2,'imported','M5',NULL,1,NULL);
INSERT INTO "events" VALUES(10,2,'backordered','M6',NULL,4,NULL);
INSERT INTO "events" VALUES(11,2,'backordered','M7',NULL,2,NULL);
INSERT INTO "events" VALUES(12,3,'split','M1',NULL,1,'the rest waits on M1-backorder');
INSERT INTO "events" VALUES(13,3,'split-off','M1-backorder','B',2,'from M1');
INSERT INTO "events" VALUES(14,4,'split','M7',NULL,1,'the rest waits on M7-backorder');
INSERT INTO "events" VALUES(15,4,'split-off','M7-backorder','B',1,'from M7');
INSERT INTO "events" VALUES(16,5,'received',NULL,'B',1,NULL);
INSERT INTO "events" VALUES(17,6,'received',NULL,'C',1,NULL);
INSERT INTO "events" VALUES(18,7,'shipped','#2','C',-1,NULL);
INSERT INTO "events" VALUES(19,8,'held','M3',NULL,NULL,NULL);
INSERT INTO "events" VALUES(20,9,'cancelled','M4',NULL,NULL,NULL);
INSERT INTO "events" VALUES(21,10,'prioritized','M6',NULL,NULL,'priority 100 → 5');
INSERT INTO "events" VALUES(22,11,'merged','M7-backorder',NULL,1,'back into M7');
INSERT INTO "events" VALUES(23,11,'merged','M7',NULL,2,'with M7-backorder');
INSERT INTO "events" VALUES(24,12,'adjusted',NULL,'A',-1,NULL);
INSERT INTO "events" VALUES(25,13,'marked',NULL,'C',NULL,'insert');
INSERT INTO "events" VALUES(26,14,'cancelled','M3',NULL,NULL,NULL);
INSERT INTO "events" VALUES(27,15,'held','M6',NULL,NULL,NULL);
INSERT INTO "events" VALUES(28,16,'amended','M7','C',2,'ordered 1 × C, sends 2 × C');
INSERT INTO "events" VALUES(29,17,'split','M1-backorder',NULL,1,'the rest waits on M1-backorder-2');
INSERT INTO "events" VALUES(30,17,'split-off','M1-backorder-2','B',1,'from M1-backorder');
INSERT INTO "events" VALUES(31,18,'merged','M1-backorder-2',NULL,1,'back into M1-backorder');
INSERT INTO "events" VALUES(32,18,'whole','M1-backorder',NULL,2,'as before the split');
INSERT INTO "events" VALUES(33,19,'prioritized','M6',NULL,NULL,'priority 5 → 7');
INSERT INTO "events" VALUES(34,20,'expected',NULL,'B',5,'PO-7, on 2026-12-03');
INSERT INTO "events" VALUES(35,21,'expected',NULL,'C',2,'PO-7, on 2026-12-05');
INSERT INTO "events" VALUES(36,22,'received',NULL,'B',1,NULL);
INSERT INTO "events" VALUES(37,22,'released','M1-backorder',NULL,NULL,NULL);
INSERT INTO "events" VALUES(38,23,'expected-on',NULL,'B',4,'PO-7: 2026-12-03 → 2026-12-10');
INSERT INTO "events" VALUES(39,23,'expected-on',NULL,'C',2,'PO-7: 2026-12-05 → 2026-12-10');
INSERT INTO "events" VALUES(40,24,'expected',NULL,'A',2,'PO-8, on 2026-12-05');
INSERT INTO "events" VALUES(41,25,'given-up',NULL,'A',2,'PO-8');
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
INSERT INTO "expected" VALUES('PO-7',2,'2026-12-10',5,1,4,0);
INSERT INTO "expected" VALUES('PO-7',4,'2026-12-10',2,0,2,0);
INSERT INTO "expected" VALUES('PO-8',1,'2026-12-05',2,0,0,2);
CREATE TABLE "fill_rate_days" (
  day             TEXT PRIMARY KEY,
  orders          INTEGER NOT NULL,
  orders_at_once  INTEGER NOT NULL CHECK (orders_at_once BETWEEN 0 AND orders),
  lines           INTEGER NOT NULL DEFAULT 0,
  lines_at_once   INTEGER NOT NULL DEFAULT 0 CHECK (lines_at_once BETWEEN 0 AND lines),
  units           INTEGER NOT NULL DEFAULT 0,
  units_at_once   INTEGER NOT NULL DEFAULT 0 CHECK (units_at_once BETWEEN 0 AND units),
  earlier         INTEGER NOT NULL DEFAULT 0 CHECK (earlier BETWEEN 0 AND orders)
) STRICT, WITHOUT ROWID;
INSERT INTO "fill_rate_days" VALUES('2026-01-01',1,0,0,0,0,0,1);
INSERT INTO "fill_rate_days" VALUES('2026-01-02',1,1,0,0,0,0,1);
INSERT INTO "fill_rate_days" VALUES('2026-01-03',1,1,0,0,0,0,1);
INSERT INTO "fill_rate_days" VALUES('2026-01-04',1,1,0,0,0,0,1);
INSERT INTO "fill_rate_days" VALUES('2026-01-05',1,1,0,0,0,0,1);
INSERT INTO "fill_rate_days" VALUES('2026-01-06',1,0,0,0,0,0,1);
INSERT INTO "fill_rate_days" VALUES('2026-01-07',1,0,0,0,0,0,1);
CREATE TABLE kit_parts (
  kit_id    INTEGER NOT NULL REFERENCES products (id),
  part_id   INTEGER NOT NULL REFERENCES products (id) CHECK (part_id <> kit_id),
  place     INTEGER NOT NULL,
  quantity  INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (kit_id, part_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE maps (
  header  TEXT PRIMARY KEY,
  map     TEXT NOT NULL
) STRICT;
CREATE TABLE order_counts (
  status  TEXT PRIMARY KEY,
  orders  INTEGER NOT NULL CHECK (orders >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO "order_counts" VALUES('Backorder',1);
INSERT INTO "order_counts" VALUES('Cancelled',2);
INSERT INTO "order_counts" VALUES('On Hold',1);
INSERT INTO "order_counts" VALUES('Processing',3);
INSERT INTO "order_counts" VALUES('Shipped',1);
CREATE TABLE order_lines (
  order_id    INTEGER NOT NULL REFERENCES orders (id),
  line_no     INTEGER NOT NULL CHECK (line_no > 0),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  quantity    INTEGER NOT NULL CHECK (quantity > 0), line_group TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (order_id, line_no)
) STRICT, WITHOUT ROWID;
INSERT INTO "order_lines" VALUES(1,1,1,1,'');
INSERT INTO "order_lines" VALUES(2,1,4,1,'');
INSERT INTO "order_lines" VALUES(3,1,1,2,'');
INSERT INTO "order_lines" VALUES(4,1,1,1,'');
INSERT INTO "order_lines" VALUES(5,1,3,1,'');
INSERT INTO "order_lines" VALUES(6,1,2,4,'');
INSERT INTO "order_lines" VALUES(7,1,4,2,'');
INSERT INTO "order_lines" VALUES(7,2,2,1,'');
INSERT INTO "order_lines" VALUES(8,2,2,2,'');
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
, source_id INTEGER REFERENCES sources (id), fingerprint INTEGER, ship_complete INTEGER NOT NULL DEFAULT 0 CHECK (ship_complete IN (0, 1)), pick_list INTEGER REFERENCES pick_lists (id), shop_changed_in INTEGER REFERENCES changes (id), hold_until TEXT
  CHECK (hold_until IS NULL OR hold_until GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), changed_at TEXT, withheld TEXT, held_by_shop INTEGER CHECK (held_by_shop = 1), tracking TEXT, left_list INTEGER REFERENCES pick_lists (id)) STRICT;
INSERT INTO "orders" VALUES(1,'M1','Processing','2026-01-01T09:00:00Z',100,1,NULL,3,'Okafor','',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES(2,'#2','Shipped','2026-01-02T09:00:00Z',50,2,NULL,1,'','ring, twice',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES(3,'M3','Cancelled','2026-01-03T09:00:00Z',100,3,NULL,2,'Lindqvist','',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES(4,'M4','Cancelled','2026-01-04T09:00:00Z',100,4,NULL,1,'','',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES(5,'M5','Processing','2026-01-05T09:00:00Z',100,5,NULL,1,'','',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES(6,'M6','On Hold','2026-01-06T09:00:00Z',7,6,NULL,4,'','',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES(7,'M7','Backorder','2026-01-07T09:00:00Z',100,7,NULL,3,'','',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "orders" VALUES(8,'M1-backorder','Processing','2026-01-01T09:00:00Z',100,1,1,0,'Okafor','',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE pick_list_orders (
  list_id       INTEGER NOT NULL REFERENCES pick_lists (id),
  order_number  TEXT NOT NULL,
  PRIMARY KEY (list_id, order_number)
) STRICT, WITHOUT ROWID;
CREATE TABLE pick_list_units (
  list_id       INTEGER NOT NULL REFERENCES pick_lists (id),
  order_number  TEXT NOT NULL,
  sku           TEXT NOT NULL,
  quantity      INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (list_id, order_number, sku)
) STRICT, WITHOUT ROWID;
CREATE TABLE pick_lists (
  id         INTEGER PRIMARY KEY,
  change_id  INTEGER NOT NULL REFERENCES changes (id)
, shipped_in INTEGER REFERENCES changes (id)) STRICT;
CREATE TABLE products (
  id         INTEGER PRIMARY KEY,
  sku        TEXT NOT NULL UNIQUE CHECK (sku <> ''),
  name       TEXT NOT NULL DEFAULT '',
  is_insert  INTEGER NOT NULL DEFAULT 0 CHECK (is_insert IN (0, 1)),
  on_hand    INTEGER NOT NULL DEFAULT 0,
  allocated  INTEGER NOT NULL DEFAULT 0 CHECK (allocated >= 0), first_day TEXT
  CHECK (first_day IS NULL OR first_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), available INTEGER
  GENERATED ALWAYS AS (CASE WHEN first_day IS NULL THEN on_hand - allocated ELSE 0 END) VIRTUAL,
  CHECK (on_hand >= allocated)
) STRICT;
INSERT INTO "products" VALUES(1,'A','Mug, blue',0,4,1,NULL);
INSERT INTO "products" VALUES(2,'B','Pot',0,2,2,NULL);
INSERT INTO "products" VALUES(3,'CARD','',1,1,1,NULL);
INSERT INTO "products" VALUES(4,'C','',1,2,0,NULL);
CREATE TABLE promised (
  number  TEXT PRIMARY KEY,
  place   INTEGER NOT NULL,
  on_day  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE promised_as_of (
  change_id  INTEGER NOT NULL,
  day        TEXT NOT NULL
) STRICT;
CREATE TABLE "queue" (
  product_id  INTEGER NOT NULL REFERENCES products (id),
  priority    INTEGER NOT NULL,
  placed_at   TEXT NOT NULL,
  family_id   INTEGER NOT NULL,
  order_id    INTEGER NOT NULL REFERENCES orders (id),
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (product_id, priority, placed_at, family_id, order_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "queue" VALUES(2,100,'2026-01-07T09:00:00Z',7,7,1);
INSERT INTO "queue" VALUES(4,100,'2026-01-07T09:00:00Z',7,7,2);
CREATE TABLE receipt_lines (
  receipt_id  INTEGER NOT NULL REFERENCES receipts (id),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  quantity    INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (receipt_id, product_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "receipt_lines" VALUES(1,2,1);
INSERT INTO "receipt_lines" VALUES(2,4,1);
INSERT INTO "receipt_lines" VALUES(3,2,1);
CREATE TABLE receipts (
  id         INTEGER PRIMARY KEY,
  ref        TEXT UNIQUE,
  change_id  INTEGER NOT NULL REFERENCES changes (id)
, contents TEXT, expected_ref TEXT) STRICT;
INSERT INTO "receipts" VALUES(1,'ASN-1',5,NULL,NULL);
INSERT INTO "receipts" VALUES(2,NULL,6,NULL,NULL);
INSERT INTO "receipts" VALUES(3,NULL,22,NULL,'PO-7');
CREATE TABLE settings (
  name   TEXT PRIMARY KEY,
  value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "settings" VALUES('policy','strict');
CREATE TABLE ship_complete_customers (
  customer  TEXT PRIMARY KEY CHECK (customer <> '')
) STRICT, WITHOUT ROWID;
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
CREATE TABLE "shop_state" (
  family_id   INTEGER NOT NULL REFERENCES orders (id),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  wanted      INTEGER NOT NULL CHECK (wanted >= 0),
  sent        INTEGER NOT NULL CHECK (sent >= 0),
  sent_by_shop   INTEGER NOT NULL CHECK (sent_by_shop >= 0),
  wanted_not_on_lines       INTEGER NOT NULL, assumed_sent INTEGER NOT NULL DEFAULT 0 CHECK (assumed_sent BETWEEN 0 AND sent), no_longer_wanted INTEGER NOT NULL DEFAULT 0 CHECK (no_longer_wanted >= 0),
  PRIMARY KEY (family_id, product_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "shop_state" VALUES(7,4,1,0,0,-1,0,0);
CREATE TABLE "shortage_cache" (
  product_id    INTEGER PRIMARY KEY REFERENCES products (id),
  short         INTEGER NOT NULL,
  orders        INTEGER NOT NULL,
  blocks_alone  INTEGER NOT NULL,
  oldest        TEXT NOT NULL
) STRICT;
INSERT INTO "shortage_cache" VALUES(2,1,1,1,'2026-01-07T09:00:00Z');
CREATE TABLE "shortage_cache_as_of" (
  change_id  INTEGER NOT NULL
) STRICT;
INSERT INTO "shortage_cache_as_of" VALUES(25);
CREATE TABLE sources (
  id    INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE
, newest TEXT, header TEXT, counted_as TEXT, followed_at TEXT, columns TEXT, counts_mark INTEGER) STRICT;
CREATE TABLE "to_mark" (
  order_id  INTEGER PRIMARY KEY REFERENCES orders (id)
) STRICT;
INSERT INTO "to_mark" VALUES(2);
CREATE TABLE today_cache (
  day      TEXT NOT NULL,
  program  TEXT NOT NULL,
  answer   TEXT NOT NULL
) STRICT;
CREATE TABLE told_units (
  order_id    INTEGER NOT NULL REFERENCES orders (id),
  product_id  INTEGER NOT NULL REFERENCES products (id),
  units       INTEGER NOT NULL CHECK (units > 0), is_seen INTEGER NOT NULL DEFAULT 0 CHECK (is_seen IN (0, 1)),
  PRIMARY KEY (order_id, product_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX orders_backorder ON orders (placed_at) WHERE status = 'Backorder';
CREATE INDEX orders_processing ON orders (placed_at) WHERE status = 'Processing';
CREATE INDEX orders_on_hold ON orders (placed_at) WHERE status = 'On Hold';
CREATE INDEX orders_shipped ON orders (placed_at) WHERE status = 'Shipped';
CREATE INDEX orders_cancelled ON orders (placed_at) WHERE status = 'Cancelled';
CREATE INDEX orders_in_queue ON orders (priority, placed_at, family_id) WHERE status = 'Backorder';
CREATE INDEX orders_parts ON orders (split_from) WHERE split_from IS NOT NULL;
CREATE INDEX orders_families ON orders (family_id) WHERE split_from IS NOT NULL;
CREATE INDEX order_lines_by_product ON order_lines (product_id);
CREATE INDEX events_by_order ON events (order_number) WHERE order_number IS NOT NULL;
CREATE INDEX events_by_sku ON events (sku) WHERE sku IS NOT NULL;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'the history is never altered'); END;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'the history is never altered'); END;
CREATE TRIGGER orders_come AFTER INSERT ON orders
  BEGIN UPDATE order_counts SET orders = orders + 1 WHERE status = NEW.status; END;
CREATE TRIGGER orders_go AFTER DELETE ON orders
  BEGIN UPDATE order_counts SET orders = orders - 1 WHERE status = OLD.status; END;
CREATE TRIGGER orders_change AFTER UPDATE OF status ON orders
  BEGIN
    UPDATE order_counts SET orders = orders - 1 WHERE status = OLD.status;
    UPDATE order_counts SET orders = orders + 1 WHERE status = NEW.status;
  END;
CREATE INDEX orders_picked ON orders (pick_list) WHERE pick_list IS NOT NULL;
CREATE INDEX changes_undone ON changes (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX receipts_by_contents ON receipts (contents) WHERE contents IS NOT NULL;
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
CREATE INDEX receipts_by_expected ON receipts (expected_ref) WHERE expected_ref IS NOT NULL;
CREATE INDEX queue_by_order ON queue (order_id, quantity);
CREATE INDEX orders_held_until ON orders (hold_until) WHERE hold_until IS NOT NULL;
CREATE TRIGGER orders_end_their_hold AFTER UPDATE OF status ON orders
  WHEN OLD.hold_until IS NOT NULL AND NEW.status <> 'On Hold'
  BEGIN UPDATE orders SET hold_until = NULL WHERE id = NEW.id; END;
CREATE INDEX products_closed ON products (first_day) WHERE first_day IS NOT NULL;
CREATE TRIGGER orders_leave_the_shops_hold AFTER UPDATE OF status ON orders
  WHEN OLD.held_by_shop IS NOT NULL AND NEW.status <> 'On Hold'
  BEGIN UPDATE orders SET held_by_shop = NULL WHERE id = NEW.id; END;
CREATE INDEX kit_parts_by_part ON kit_parts (part_id);
CREATE VIEW kits AS
  SELECT kit.sku AS kit, part.sku AS sku, quantity
  FROM kit_parts JOIN products kit ON kit.id = kit_id JOIN products part ON part.id = part_id
  ORDER BY kit.sku, place;
CREATE INDEX expected_to_come ON expected (on_day, ref) WHERE "left" > 0;
CREATE INDEX expected_by_product ON expected (product_id);
CREATE TRIGGER orders_lose_their_tracking AFTER UPDATE OF status ON orders
  WHEN OLD.tracking IS NOT NULL AND NEW.status <> 'Shipped'
  BEGIN UPDATE orders SET tracking = NULL WHERE id = NEW.id; END;
CREATE TRIGGER orders_are_untold AFTER UPDATE OF status ON orders
  WHEN OLD.status = 'Shipped' AND NEW.status <> 'Shipped'
  BEGIN DELETE FROM told_units WHERE order_id = NEW.id; END;
CREATE TRIGGER orders_told_are_forgotten AFTER DELETE ON orders WHEN OLD.split_from IS NULL
  BEGIN DELETE FROM customer_told WHERE order_number = OLD.number; END;
CREATE TRIGGER orders_cancelled_come_back AFTER UPDATE OF status ON orders
  WHEN OLD.status = 'Cancelled' AND NEW.status <> 'Cancelled'
  BEGIN DELETE FROM cancelled_untold WHERE order_id = NEW.id; END;
CREATE INDEX orders_processing_of ON orders (customer) WHERE status = 'Processing' AND customer <> '';
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
CREATE VIEW promised_days AS
  SELECT promised.number AS order_number, customer, on_day AS promised_on, promised_as_of.day AS asked_on
  FROM promised_as_of CROSS JOIN promised JOIN orders ON orders.number = promised.number
  WHERE promised_as_of.change_id = (SELECT max(id) FROM changes) ORDER BY place;
COMMIT;
