-- Where new join tokens and unlock keys go. "wanted" and "delivered" are fingerprints; "target" is a hash of where to, for
-- addresses of webhooks may hold secrets themselves.
CREATE TABLE deliveries (
  subject         TEXT NOT NULL CHECK (subject IN ('worker', 'manager', 'unlock-key')),
  target          TEXT NOT NULL,
  wanted          TEXT NOT NULL,
  state           TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
  since           INTEGER NOT NULL,
  attempts        INTEGER NOT NULL,
  next_attempt_at INTEGER,
  delivered       TEXT,
  delivered_at    INTEGER,
  error           TEXT,
  PRIMARY KEY (subject, target),
  CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
