package dev.weir.worker.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weir.worker.Offline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A frozen encoder: text to a vector of length 1. Texts are run one by one, on as many threads as
 * there are cores: the quantised models choose their scale per run, so that a text's embedding
 * would depend on the texts beside it in a batch. The same text always has the same embedding.
 *
 * <p>A text in a script that the encoder was not trained on is all zeros, and is not run: joined
 * with an encoder that knows it, its noise would only blur the classes. A text with any Chinese
 * character counts as Chinese. Thread-safe.
 */
public final class Encoder implements AutoCloseable {

  /** The most tokens of a text; the rest is cut off. */
  public static final int TOKENS_MAX = 256;

  /** How token vectors become one vector, as the model was trained. */
  private enum Pooling {
    FIRST_TOKEN,
    MEAN
  }

  /** The script that a model was trained on; the other one is noise to it. */
  private enum Script {
    HAN,
    OTHER
  }

  private record Known(String files, int dimensions, Pooling pooling, Script script) {}

  private static final Map<String, Known> KNOWN =
      Map.of(
          "bge-small-zh-v1.5-q",
              new Known("/bge-small-zh-v1.5-q", 512, Pooling.FIRST_TOKEN, Script.HAN),
          "all-minilm-l6-v2-q", new Known("/all-minilm-l6-v2-q", 384, Pooling.MEAN, Script.OTHER));

  private final Known known;
  private final HuggingFaceTokenizer tokenizer;
  private final OrtSession session;

  private Encoder(Known known, HuggingFaceTokenizer tokenizer, OrtSession session) {
    this.known = known;
    this.tokenizer = tokenizer;
    this.session = session;
  }

  /**
   * Opens an encoder by its name in recipes; about 0.3 s and 60 MB.
   *
   * @throws IllegalArgumentException where there is none of that name
   */
  public static Encoder open(String name) {
    Known known = KNOWN.get(name);
    if (known == null) {
      throw new IllegalArgumentException("encoder '" + name + "' is not one of " + KNOWN.keySet());
    }
    Offline.set();
    try (InputStream model = resource(known.files() + ".onnx");
        InputStream vocabulary = resource(known.files() + "-tokenizer.json");
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      Map<String, String> settings =
          Map.of(
              "padding",
              "false",
              "truncation",
              "true",
              "maxLength",
              Integer.toString(TOKENS_MAX),
              "modelMaxLength",
              Integer.toString(TOKENS_MAX));
      return new Encoder(
          known,
          HuggingFaceTokenizer.newInstance(vocabulary, settings),
          OrtEnvironment.getEnvironment().createSession(model.readAllBytes(), options));
    } catch (IOException e) {
      throw new UncheckedIOException("encoder " + name + " cannot be read", e);
    } catch (OrtException e) {
      throw new IllegalStateException("encoder " + name + " cannot be loaded", e);
    }
  }

  private static InputStream resource(String path) throws IOException {
    InputStream in = Encoder.class.getResourceAsStream(path);
    if (in == null) {
      throw new IOException(path + " is not on the class path");
    }
    return in;
  }

  /** How many numbers an embedding has. */
  public int dimensions() {
    return known.dimensions();
  }

  /**
   * How many tokens of a text are run, special ones included, at most {@link #TOKENS_MAX}; 0 where
   * its script is not this encoder's.
   */
  public int tokens(String text) {
    return script(text) != known.script() ? 0 : tokenizer.encode(text).getIds().length;
  }

  /** One embedding of length 1, or of zeros, per text: {@code [texts][dimensions]}. */
  public float[][] embed(List<String> texts) {
    int threads = Math.min(texts.size(), Runtime.getRuntime().availableProcessors());
    if (threads <= 1) {
      return texts.stream().map(this::embed).toArray(float[][]::new);
    }
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<float[]>> results = new ArrayList<>(texts.size());
      texts.forEach(text -> results.add(workers.submit(() -> embed(text))));
      float[][] embeddings = new float[texts.size()][];
      for (int i = 0; i < embeddings.length; i++) {
        embeddings[i] = results.get(i).get();
      }
      return embeddings;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a text could not be embedded", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while embedding", e);
    }
  }

  private static Script script(String text) {
    boolean han =
        text.codePoints()
            .anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
    return han ? Script.HAN : Script.OTHER;
  }

  private float[] embed(String text) {
    if (script(text) != known.script()) {
      return new float[known.dimensions()];
    }
    Encoding encoding = tokenizer.encode(text);
    long[] ids = encoding.getIds();
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      for (String name : session.getInputNames()) {
        long[] values =
            switch (name) {
              case "input_ids" -> ids;
              case "attention_mask" -> encoding.getAttentionMask();
              case "token_type_ids" -> encoding.getTypeIds();
              default -> throw new IllegalStateException("the encoder wants input " + name);
            };
        inputs.put(name, OnnxTensor.createTensor(environment, new long[][] {values}));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        float[][] tokens = ((float[][][]) result.get(0).getValue())[0];
        return normalised(known.pooling() == Pooling.FIRST_TOKEN ? tokens[0] : mean(tokens));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("a text of " + ids.length + " tokens cannot be run", e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static float[] mean(float[][] tokens) {
    float[] sum = new float[tokens[0].length];
    for (float[] token : tokens) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += token[i] / tokens.length;
      }
    }
    return sum;
  }

  private static float[] normalised(float[] vector) {
    double squares = 0;
    for (float v : vector) {
      squares += (double) v * v;
    }
    float scale = (float) (1 / Math.max(Math.sqrt(squares), 1e-12));
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = vector[i] * scale;
    }
    return unit;
  }

  @Override
  public void close() {
    tokenizer.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the encoder cannot be closed", e);
    }
  }
}
