/** Whether a service does what its spec asks for. `reason` names the condition, `message` says what to do. */
export type ServiceHealth = {
  health: 'healthy' | 'progressing' | 'degraded';
  /** CamelCase, for example `RolloutPaused`, `NoSuitableNode`. */
  reason: string;
  /** One sentence for a person. */
  message: string;
};

export function healthy(reason: string, message: string): ServiceHealth {
  return { health: 'healthy', reason, message };
}

export function progressing(reason: string, message: string): ServiceHealth {
  return { health: 'progressing', reason, message };
}

export function degraded(reason: string, message: string): ServiceHealth {
  return { health: 'degraded', reason, message };
}
