import type { Database } from 'better-sqlite3';
import type { DeliveryRow, History } from './history.ts';
import { redactText } from './redact.ts';

/** What became of each target's last token or key. */
export function deliveryStore(
  db: Database,
): Pick<History, 'deliveries' | 'saveDelivery' | 'forgetDelivery'> {
  const all = db.prepare<[], DeliveryRow>(
    `SELECT subject, target, wanted, state, since, attempts, next_attempt_at AS nextAttemptAt,
       delivered, delivered_at AS deliveredAt, error
     FROM deliveries ORDER BY subject, target`,
  );
  const save = db.prepare<DeliveryRow>(
    `INSERT OR REPLACE INTO deliveries
       (subject, target, wanted, state, since, attempts, next_attempt_at, delivered, delivered_at, error)
     VALUES (:subject, :target, :wanted, :state, :since, :attempts, :nextAttemptAt, :delivered, :deliveredAt, :error)`,
  );
  const forget = db.prepare('DELETE FROM deliveries WHERE subject = ? AND target = ?');

  return {
    deliveries: () => all.all(),
    saveDelivery(row) {
      save.run({ ...row, error: row.error === null ? null : redactText(row.error) });
    },
    forgetDelivery({ subject, target }) {
      forget.run(subject, target);
    },
  };
}
