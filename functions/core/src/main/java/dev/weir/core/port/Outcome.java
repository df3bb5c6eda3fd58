package dev.weir.core.port;

/** What became of a commit. */
public sealed interface Outcome {

  /** All writes are durable. */
  record Applied() implements Outcome {}

  /** Nothing was written: the condition of the write at {@code index} (the lowest) did not hold. */
  record Refused(int index) implements Outcome {}

  /** Nothing was written: another commit was in the way; try again. */
  record Conflict() implements Outcome {}

  /** No answer came: read again before anything else. */
  record Unknown() implements Outcome {}

  default boolean applied() {
    return this instanceof Applied;
  }
}
