package dev.weir.aws;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks once, at the first use, and again only where that failed: nothing is called at start. */
final class Lazy<T> implements Supplier<T> {

  private final Supplier<T> source;
  private @Nullable T value;

  private Lazy(Supplier<T> source) {
    this.source = source;
  }

  static <T> Supplier<T> of(Supplier<T> source) {
    return new Lazy<>(source);
  }

  @Override
  public synchronized T get() {
    T known = value;
    if (known == null) {
      known = source.get();
      value = known;
    }
    return known;
  }
}
