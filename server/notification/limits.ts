/** What subscribers and the log of events may take up. All of it is configurable. */
export interface NotificationLimits {
  /** Subscriptions of one session (RFC 8639, `insufficient-resources`). */
  readonly maxSubscriptionsPerSession: number;
  /** Subscriptions of all sessions together. */
  readonly maxSubscriptions: number;
  /** Event records that may wait for one subscriber; beyond that the subscription is suspended. */
  readonly maxQueuedNotifications: number;
  /** Changes of different nodes that may wait for one subscriber; beyond that the subscription is suspended. */
  readonly maxPendingChanges: number;
  /** Event records kept for replay. 0: no replay. */
  readonly maxReplayRecords: number;
  /** Bytes of the messages that are kept for replay. */
  readonly maxReplayBytes: number;
  /** The shortest period of a periodic subscription, in hundredths of a second. */
  readonly minPushPeriod: number;
  /** The largest update with all that is selected, in bytes (RFC 8641, `update-too-big`, `sync-too-big`). */
  readonly maxUpdateBytes: number;
}

export const DEFAULT_NOTIFICATION_LIMITS: NotificationLimits = {
  maxSubscriptionsPerSession: 100,
  maxSubscriptions: 10_000,
  maxQueuedNotifications: 10_000,
  maxPendingChanges: 1_000_000,
  maxReplayRecords: 10_000,
  maxReplayBytes: 8 * 1024 * 1024,
  minPushPeriod: 10,
  maxUpdateBytes: Infinity,
};
