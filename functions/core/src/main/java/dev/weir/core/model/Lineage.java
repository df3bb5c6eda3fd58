package dev.weir.core.model;

/**
 * Where a version comes from; enough to make it again.
 *
 * @param dataset {@code name:version}
 * @param datasetSha256 of the file as it was uploaded
 * @param recipeSha256 of the recipe with its defaults filled in
 * @param codeVersion of the program that trained it
 */
public record Lineage(
    String dataset,
    String datasetSha256,
    String recipeSha256,
    String codeVersion,
    long seed,
    String jobId,
    int attempt) {}
