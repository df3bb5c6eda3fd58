package dev.weir.core.port.memory;

/** What can go wrong between a use case and the outside world. */
public enum Fault {
  /** A commit is answered Conflict; nothing was written. */
  CONFLICT,
  /** A change is not made and there is no answer: Unknown, or an exception. */
  LOST_BEFORE,
  /** A change is made and its answer is lost: Unknown, or an exception. */
  LOST_AFTER,
  /** A read fails. */
  READ_FAILED,
  /** A message without a group is visible again though it is in flight. */
  DUPLICATE,
  /** Messages without a group change places. */
  REORDER,
  /** A message without a group arrives later; or a receive finds nothing yet. */
  DELAY
}
