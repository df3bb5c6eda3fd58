package dev.weir.worker.train;

/** What the last layer's numbers mean. */
enum Head {
  /** One logit per class; scores are their softmax. */
  SOFTMAX,
  /** One logit; scores are (1 − σ, σ). */
  SIGMOID,
  /** A standardised value; the score is the value in its own unit. */
  VALUE
}
