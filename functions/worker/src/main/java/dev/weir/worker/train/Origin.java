package dev.weir.worker.train;

import dev.weir.core.model.Lineage;

/** For whom a model is made, and from what. */
public record Origin(String model, Lineage lineage) {

  /** The version of this program; {@code development} where it does not run from its jar. */
  public static String codeVersion() {
    String version = Origin.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  Origin with(String codeVersion) {
    return new Origin(
        model,
        new Lineage(
            lineage.dataset(),
            lineage.datasetSha256(),
            lineage.recipeSha256(),
            codeVersion,
            lineage.seed(),
            lineage.jobId(),
            lineage.attempt()));
  }
}
