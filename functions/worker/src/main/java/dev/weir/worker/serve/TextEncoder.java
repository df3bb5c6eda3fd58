package dev.weir.worker.serve;

import java.util.List;

/** Turns texts into vectors. Thread-safe. */
interface TextEncoder extends AutoCloseable {

  /** One vector per text. */
  float[][] embed(List<String> texts);

  /** How many tokens the encoder makes of a text. */
  int tokens(String text);

  @Override
  void close();
}
