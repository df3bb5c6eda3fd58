package dev.weir.core.dataset;

/**
 * What an upload may hold.
 *
 * @param bytesMax of the file as sent
 * @param rowsMax without the header
 * @param cellMaxChars of one value
 * @param badRowsMax how many bad rows are listed one by one; the rest are only counted
 * @param classesMax how many distinct values of a column are counted one by one
 * @param subjectsMax how many people's words one version may hold
 */
public record DatasetLimits(
    long bytesMax,
    long rowsMax,
    int columnsMax,
    int cellMaxChars,
    int badRowsMax,
    int classesMax,
    int subjectsMax) {

  public static final DatasetLimits DEFAULT =
      new DatasetLimits(256L << 20, 1_000_000, 1000, 32_768, 50, 1000, 10_000);
}
