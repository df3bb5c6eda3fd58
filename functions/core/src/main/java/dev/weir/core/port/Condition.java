package dev.weir.core.port;

/** What must hold for a write, judged against the item as it stands before the commit. */
public sealed interface Condition {

  Condition ALWAYS = new Always();
  Condition ABSENT = new Absent();
  Condition PRESENT = new Present();

  /** Nothing is asked. */
  record Always() implements Condition {}

  /** No item, or an expired one. */
  record Absent() implements Condition {}

  /** An item that has not expired. */
  record Present() implements Condition {}

  /** An item at exactly this version. */
  record AtVersion(long version) implements Condition {}

  /** The counter, 0 where item or counter is absent, is at most {@code max}. */
  record AtMost(String counter, long max) implements Condition {}

  /** The counter, 0 where item or counter is absent, is exactly {@code value}. */
  record Equals(String counter, long value) implements Condition {}

  static Condition atVersion(long version) {
    return new AtVersion(version);
  }

  static Condition atMost(String counter, long max) {
    return new AtMost(counter, max);
  }

  static Condition equalTo(String counter, long value) {
    return new Equals(counter, value);
  }
}
