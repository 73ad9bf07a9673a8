-- Rotations are of the key that unlocks managers, too. SQLite changes no CHECK in place.
CREATE TABLE new_rotations (
  id          TEXT PRIMARY KEY,
  role        TEXT NOT NULL CHECK (role IN ('worker', 'manager', 'unlock-key')),
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
INSERT INTO new_rotations (id, role, slot, "trigger", started_at, finished_at, result, "before", "after", error)
  SELECT id, role, slot, "trigger", started_at, finished_at, result, "before", "after", error FROM rotations;
DROP TABLE rotations;
ALTER TABLE new_rotations RENAME TO rotations;
CREATE INDEX rotations_by_role ON rotations (role, id);
