package dev.weir.core.dataset;

/** Who asked to be forgotten: no new version of a dataset may hold their words. */
@FunctionalInterface
public interface Forgotten {

  /** Where nobody's words are in it, as in the samples. */
  Forgotten NOBODY = _ -> false;

  /** Whether a row of this person must not be kept. */
  boolean includes(Subject subject);
}
