package dev.weir.loader;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * The secret values that a channel has been given lately, to be struck out of what it logs.
 * Thread-safe; keeps the last {@link #KEPT_MAX}.
 */
public final class Masks {

  static final int KEPT_MAX = 1000;

  /** Shorter values are not secrets but would turn every log line into stars. */
  private static final int LENGTH_MIN = 6;

  private final Deque<String> values = new ArrayDeque<>();

  public synchronized void add(String secret) {
    if (secret.length() < LENGTH_MIN || values.contains(secret)) {
      return;
    }
    if (values.size() == KEPT_MAX) {
      values.removeFirst();
    }
    values.addLast(secret);
  }

  /** The text with every known secret replaced by {@code ***}. */
  public String mask(String text) {
    List<String> longestFirst;
    synchronized (this) {
      longestFirst =
          values.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }
    String masked = text;
    for (String value : longestFirst) {
      masked = masked.replace(value, "***");
    }
    return masked;
  }
}
