package dev.weir.worker.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rows are learnt from, which choose, and which measure. Row numbers ascend in each part.
 *
 * @param train weights are fitted to these
 * @param validation early stopping and thresholds look at these
 * @param test looked at once, at the end
 */
public record Parts(int[] train, int[] validation, int[] test) {

  /**
   * Splits at random but the same for a seed, each stratum by itself, so that every part has its
   * share of every class. Rows of one group stay in one part; a group lies in the stratum of its
   * first row.
   *
   * @param strata a class per row; all 0 for none
   * @param groups a group per row; all different for none
   * @param validation the share of groups, at least one of each stratum
   * @param test likewise
   */
  public static Parts split(
      int[] strata, List<String> groups, double validation, double test, long seed) {
    Map<String, List<Integer>> rowsOf = new LinkedHashMap<>();
    for (int row = 0; row < strata.length; row++) {
      rowsOf.computeIfAbsent(groups.get(row), _ -> new ArrayList<>()).add(row);
    }
    Map<Integer, List<List<Integer>>> byStratum = new LinkedHashMap<>();
    rowsOf
        .values()
        .forEach(rows ->
            byStratum.computeIfAbsent(strata[rows.getFirst()], _ -> new ArrayList<>()).add(rows));
    List<Integer> learn = new ArrayList<>();
    List<Integer> choose = new ArrayList<>();
    List<Integer> measure = new ArrayList<>();
    Random64 random = Random64.of(seed, "split");
    byStratum.forEach((stratum, members) -> {
      if (members.size() < 3) {
        throw new DataException(
            "class " + stratum + " has groups " + members.size() + " < 3, one for each part");
      }
      int[] order = new int[members.size()];
      Arrays.setAll(order, i -> i);
      random.shuffle(order);
      int tests = share(test, order.length);
      int validations = Math.min(share(validation, order.length), order.length - tests - 1);
      for (int i = 0; i < order.length; i++) {
        List<Integer> part = i < tests ? measure : i < tests + validations ? choose : learn;
        part.addAll(members.get(order[i]));
      }
    });
    return new Parts(sorted(learn), sorted(choose), sorted(measure));
  }

  private static int share(double part, int of) {
    return Math.clamp(Math.round(part * of), 1, of - 2);
  }

  private static int[] sorted(List<Integer> rows) {
    return rows.stream().mapToInt(i -> i).sorted().toArray();
  }
}
