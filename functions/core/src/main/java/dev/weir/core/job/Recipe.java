package dev.weir.core.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.Nulls;
import dev.weir.core.json.Json;
import dev.weir.core.model.Task;
import dev.weir.core.port.Sha256;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A training run, declared. Its JSON form is published as {@code recipe.schema.json} beside this
 * class; {@link RecipeParser} reads what people write, with defaults for what they leave out.
 *
 * @param recipe what is trained
 * @param encoders frozen encoders whose embeddings are joined; text only
 * @param threshold the score below which a text model says that it does not know; empty: chosen so
 *     that nine tenths of the validation part inside the scope are answered
 */
public record Recipe(
    Task recipe,
    Data data,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        List<String> encoders,
    Split split,
    Network model,
    Loss loss,
    Optimizer optimizer,
    Training training,
    Stopping stopping,
    Optional<Double> threshold,
    Retries retries,
    Host host) {

  public Recipe {
    encoders = List.copyOf(encoders);
  }

  /**
   * What is learnt from.
   *
   * @param version of the dataset; the latest where none is asked for
   * @param label the column to predict
   * @param features the numeric columns to predict from; empty: all but the label, the group and
   *     the column that says whose words a row holds. Tabular only
   * @param missing what to do with empty cells among the features. Tabular only
   * @param group a column; rows that have the same value there stay in one part of the split
   * @param text the column that holds the text. Text only
   * @param outOfScope the label of texts that no answer fits: never given as an answer, but learnt
   *     apart from the others (with cross-entropy), and used to measure how many are refused. Text
   *     only
   */
  public record Data(
      String dataset,
      Optional<Integer> version,
      String label,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
          List<String> features,
      Optional<Missing> missing,
      Optional<String> group,
      Optional<String> text,
      Optional<String> outOfScope) {
    public Data {
      features = List.copyOf(features);
    }
  }

  /** Parts of the rows held back; stratified by the label in classification. */
  public record Split(double validation, double test) {}

  /** A multi-layer perceptron with ReLU between its layers. */
  public record Network(List<Integer> hidden, double dropout) {
    public Network {
      hidden = List.copyOf(hidden);
    }
  }

  /**
   * How weights move.
   *
   * @param weightDecay decoupled, AdamW only
   * @param l2 added to the gradient of weights, not of biases
   * @param momentum SGD only
   */
  public record Optimizer(
      Kind type,
      double learningRate,
      double weightDecay,
      double l2,
      double momentum,
      double beta1,
      double beta2,
      double epsilon) {}

  /**
   * The schedule.
   *
   * @param gradientNormMax global norm to which gradients are clipped; 0: not clipped
   * @param checkpointSteps steps between checkpoints
   */
  public record Training(
      int epochs, int batchSize, long seed, double gradientNormMax, int checkpointSteps) {}

  /** Ends after {@code patience} epochs without a better value; the best weights are kept. */
  public record Stopping(StopMetric metric, int patience, double minDelta) {}

  /** How often it is tried in all. */
  public record Retries(int attempts) {}

  /** What one attempt needs. */
  public record Host(double vcpus, int memoryMb, int gpus, int timeoutMinutes) {}

  /** What to do with empty cells among the features. */
  public enum Missing {
    REFUSE,
    MEAN;

    @JsonValue
    String wireName() {
      return Recipe.wireName(this);
    }
  }

  /** What is minimised. */
  public enum Loss {
    CROSS_ENTROPY,
    BCE,
    MSE;

    @JsonValue
    public String wireName() {
      return Recipe.wireName(this);
    }
  }

  /** Optimisers, as PyTorch defines them. */
  public enum Kind {
    ADAMW,
    SGD;

    @JsonValue
    String wireName() {
      return Recipe.wireName(this);
    }
  }

  /** What early stopping looks at, on the validation part. */
  public enum StopMetric {
    LOSS,
    ACCURACY,
    F1_MACRO;

    /** Whether a larger value is a better one. */
    public boolean larger() {
      return this != LOSS;
    }

    @JsonValue
    public String wireName() {
      return Recipe.wireName(this);
    }
  }

  static String wireName(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The same recipe on a given version of its dataset.
   *
   * @param features the columns to predict from; empty where the algorithm may take all
   */
  Recipe pinned(int version, List<String> features) {
    Data pinned =
        new Data(
            data.dataset(),
            Optional.of(version),
            data.label(),
            features,
            data.missing(),
            data.group(),
            data.text(),
            data.outOfScope());
    return new Recipe(
        recipe, pinned, encoders, split, model, loss, optimizer, training, stopping, threshold,
        retries, host);
  }

  /** The SHA-256, in hex, of its JSON with all defaults. */
  public String sha256() {
    return Sha256.hex(Json.write(this));
  }
}
