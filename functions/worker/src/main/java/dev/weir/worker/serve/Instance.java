package dev.weir.worker.serve;

/** One thing to predict for, checked against the model's features. */
sealed interface Instance {

  /** The numbers in the order of the model's features. */
  record Row(float[] features) implements Instance {}

  record Text(String text) implements Instance {}
}
