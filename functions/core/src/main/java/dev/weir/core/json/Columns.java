package dev.weir.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records of one type as columns, for items whose every byte is paid for: a name is written once,
 * and so is a value that all rows share or that is the same as in the row above.
 *
 * <p>{@code n} is the number of rows, {@code all} what they share, {@code each} the other columns.
 * In a column {@code null} means "as above", an empty array "absent", and an array's only element
 * is an array.
 */
public record Columns(int n, JsonNode all, JsonNode each) {

  /** The columns of rows. */
  public static Columns of(List<?> rows) {
    List<ObjectNode> trees = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (Object row : rows) {
      ObjectNode tree = Json.MAPPER.valueToTree(row);
      tree.fieldNames().forEachRemaining(names::add);
      trees.add(tree);
    }
    ObjectNode all = Json.MAPPER.createObjectNode();
    ObjectNode each = Json.MAPPER.createObjectNode();
    for (String name : names) {
      @Nullable JsonNode first = trees.getFirst().get(name);
      if (first != null && trees.stream().allMatch(tree -> first.equals(tree.get(name)))) {
        all.set(name, first);
      } else {
        each.set(name, column(name, trees));
      }
    }
    return new Columns(rows.size(), all, each);
  }

  private static ArrayNode column(String name, List<ObjectNode> trees) {
    ArrayNode column = Json.MAPPER.createArrayNode();
    for (int i = 0; i < trees.size(); i++) {
      @Nullable JsonNode value = trees.get(i).get(name);
      @Nullable JsonNode above = i == 0 ? null : trees.get(i - 1).get(name);
      if (value == null) {
        column.addArray();
      } else if (value.equals(above)) {
        column.addNull();
      } else if (value.isArray()) {
        column.addArray().add(value);
      } else {
        column.add(value);
      }
    }
    return column;
  }

  /** The rows again. */
  public <T> List<T> rows(Class<T> type) {
    List<Map<String, JsonNode>> trees = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Map<String, JsonNode> row = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> shared : all.properties()) {
        row.put(shared.getKey(), shared.getValue());
      }
      trees.add(row);
    }
    for (Map.Entry<String, JsonNode> column : each.properties()) {
      @Nullable JsonNode above = null;
      for (int i = 0; i < n; i++) {
        JsonNode cell = column.getValue().get(i);
        @Nullable JsonNode value = cell.isNull() ? above : cell.isArray() ? cell.get(0) : cell;
        if (value != null) {
          trees.get(i).put(column.getKey(), value);
        }
        above = value;
      }
    }
    return trees.stream().map(tree -> Json.MAPPER.convertValue(tree, type)).toList();
  }
}
