-- Times are milliseconds since the epoch. Nothing in here is secret: values that could be are '(sensitive)' before they arrive.

-- One reconcile of one unit that wrote something, or tried to.
CREATE TABLE runs (
  id          TEXT PRIMARY KEY,
  unit        TEXT NOT NULL,
  "trigger"   TEXT NOT NULL,
  revision    TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  result      TEXT NOT NULL DEFAULT 'running'
              CHECK (result IN ('running', 'ready', 'retry', 'wait', 'stalled', 'interrupted')),
  reason      TEXT,
  message     TEXT,
  CHECK ((result = 'running') = (finished_at IS NULL))
) STRICT;
CREATE INDEX runs_by_unit ON runs (unit, id);
CREATE INDEX runs_open ON runs (id) WHERE result = 'running';

-- One Engine write within a run; the row is there before the call is sent.
CREATE TABLE changes (
  id          TEXT PRIMARY KEY,
  run         TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  action      TEXT NOT NULL,
  reason      TEXT NOT NULL,
  changes     TEXT NOT NULL CHECK (json_valid(changes) AND json_type(changes) = 'array'),
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  result      TEXT NOT NULL DEFAULT 'running'
              CHECK (result IN ('running', 'done', 'failed', 'unknown', 'interrupted')),
  error       TEXT,
  CHECK ((result = 'running') = (finished_at IS NULL))
) STRICT;
CREATE INDEX changes_by_run ON changes (run, id);

-- What somebody else changed, from when it was seen until it was put right.
CREATE TABLE drift (
  id         TEXT PRIMARY KEY,
  unit       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  changes    TEXT NOT NULL CHECK (json_valid(changes) AND json_type(changes) = 'array'),
  at         INTEGER NOT NULL,
  settled_at INTEGER
) STRICT;
CREATE UNIQUE INDEX drift_open ON drift (unit, kind, name) WHERE settled_at IS NULL;
CREATE INDEX drift_by_unit ON drift (unit, id);

-- What Skep made or took over. An object has one owner.
CREATE TABLE inventory (
  kind      TEXT NOT NULL,
  name      TEXT NOT NULL,
  unit      TEXT NOT NULL,
  engine_id TEXT,
  state     TEXT NOT NULL CHECK (json_valid(state) AND json_type(state) = 'object'),
  owned_at  INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- Rotations of join tokens. "before" and "after" are fingerprints, never tokens.
CREATE TABLE rotations (
  id          TEXT PRIMARY KEY,
  role        TEXT NOT NULL CHECK (role IN ('worker', 'manager')),
  slot        INTEGER,
  "trigger"   TEXT NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  result      TEXT NOT NULL DEFAULT 'running' CHECK (result IN ('running', 'done', 'failed')),
  "before"    TEXT NOT NULL,
  "after"     TEXT,
  error       TEXT,
  CHECK ((result = 'running') = (finished_at IS NULL))
) STRICT;
CREATE INDEX rotations_by_role ON rotations (role, id);

CREATE TABLE units (
  name             TEXT PRIMARY KEY,
  suspended        INTEGER NOT NULL CHECK (suspended IN (0, 1)),
  applied_revision TEXT,
  refused          TEXT NOT NULL CHECK (json_valid(refused) AND json_type(refused) = 'object')
) STRICT, WITHOUT ROWID;
