package dev.weir.worker.serve;

import dev.weir.worker.text.Encoder;
import java.util.List;

/** The frozen encoders that text models are trained on. */
record FrozenEncoder(Encoder encoder) implements TextEncoder {

  static TextEncoder open(String name) {
    return new FrozenEncoder(Encoder.open(name));
  }

  @Override
  public float[][] embed(List<String> texts) {
    return encoder.embed(texts);
  }

  @Override
  public int tokens(String text) {
    return encoder.tokens(text);
  }

  @Override
  public void close() {
    encoder.close();
  }
}
