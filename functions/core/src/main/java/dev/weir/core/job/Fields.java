package dev.weir.core.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.core.problem.Problem.Violation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads an object's fields; what nobody asked for, and what is out of range, are violations. */
final class Fields {

  private static final int LIST_MAX = 1000;

  private final JsonNode node;
  private final String pointer;
  private final List<Violation> violations;
  private final Map<String, Set<String>> known;
  private final Set<String> names;

  private Fields(
      JsonNode node, String pointer, List<Violation> violations, Map<String, Set<String>> known) {
    this.node = node;
    this.pointer = pointer;
    this.violations = violations;
    this.known = known;
    this.names = new LinkedHashSet<>();
    known.put(pointer, names);
  }

  static Fields of(JsonNode root) {
    Fields fields = new Fields(root, "", new ArrayList<>(), new TreeMap<>());
    if (!root.isObject()) {
      fields.violation("", "not an object");
    }
    return fields;
  }

  /** All violations found so far, in this object and those below it. */
  List<Violation> violations() {
    return violations;
  }

  /** The fields that were asked for, by the pointer of their object. */
  Map<String, Set<String>> known() {
    return known;
  }

  void violation(String field, String detail) {
    violations.add(
        new Violation(field.isEmpty() ? pointer : pointer + "/" + escaped(field), detail));
  }

  private static String escaped(String field) {
    return field.replace("~", "~0").replace("/", "~1");
  }

  private @Nullable JsonNode take(String name) {
    names.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  Fields object(String name) {
    JsonNode value = take(name);
    if (value != null && !value.isObject()) {
      violation(name, "not an object");
      value = null;
    }
    return new Fields(
        value == null ? JsonNodeFactory.instance.objectNode() : value,
        pointer + "/" + name,
        violations,
        known);
  }

  Optional<String> text(String name) {
    JsonNode value = take(name);
    if (value != null && (!value.isTextual() || value.textValue().isBlank())) {
      violation(name, value + " is not a non-empty string");
      return Optional.empty();
    }
    return Optional.ofNullable(value).map(JsonNode::textValue);
  }

  String required(String name) {
    int before = violations.size();
    Optional<String> value = text(name);
    if (value.isEmpty() && violations.size() == before) {
      violation(name, "required");
    }
    return value.orElse("");
  }

  <E extends Enum<E>> E choice(String name, List<E> choices, E otherwise) {
    Optional<String> value = text(name);
    for (E choice : choices) {
      if (value.equals(Optional.of(Recipe.wireName(choice)))) {
        return choice;
      }
    }
    List<String> wireNames = choices.stream().map(Recipe::wireName).toList();
    value.ifPresent(
        v -> violation(name, "'" + v + "' is not one of " + wireNames + meant(v, wireNames)));
    return otherwise;
  }

  double number(String name, double otherwise, double min, double max) {
    JsonNode value = take(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isNumber()) {
      violation(name, value + " is not a number");
      return otherwise;
    }
    double number = value.doubleValue();
    if (!(number >= min && number <= max)) {
      violation(name, value + " not in " + min + ".." + max);
      return otherwise;
    }
    return number;
  }

  long whole(String name, long otherwise, long min, long max) {
    JsonNode value = take(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      violation(name, value + " is not a whole number");
      return otherwise;
    }
    if (value.longValue() < min || value.longValue() > max) {
      violation(name, value + " not in " + min + ".." + max);
      return otherwise;
    }
    return value.longValue();
  }

  Optional<Integer> optionalWhole(String name, int min, int max) {
    long value = whole(name, Long.MIN_VALUE, min, max);
    return value == Long.MIN_VALUE ? Optional.empty() : Optional.of(Math.toIntExact(value));
  }

  Optional<Double> optionalNumber(String name, double min, double max) {
    double value = number(name, Double.NaN, min, max);
    return Double.isNaN(value) ? Optional.empty() : Optional.of(value);
  }

  List<String> texts(String name, List<String> otherwise) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : items(name)) {
      if (item.isTextual() && !texts.contains(item.textValue())) {
        texts.add(item.textValue());
      } else {
        violation(name, item + " is not a string, or is there twice");
      }
    }
    return node.hasNonNull(name) ? texts : otherwise;
  }

  List<Integer> wholes(String name, List<Integer> otherwise, int min, int max, int sizeMax) {
    List<Integer> wholes = new ArrayList<>();
    for (JsonNode item : items(name)) {
      if (item.isInt() && item.intValue() >= min && item.intValue() <= max) {
        wholes.add(item.intValue());
      } else {
        violation(name, item + " is not a whole number in " + min + ".." + max);
      }
    }
    if (wholes.size() > sizeMax) {
      violation(name, "size " + wholes.size() + " > " + sizeMax);
    }
    return node.hasNonNull(name) ? wholes : otherwise;
  }

  private Iterable<JsonNode> items(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray() || value.size() > LIST_MAX) {
      violation(name, "not a list of at most " + LIST_MAX);
      return List.of();
    }
    return value;
  }

  /** Call when all fields have been asked for. */
  void end() {
    node.fieldNames()
        .forEachRemaining(name -> {
          if (!names.contains(name)) {
            violation(name, "unknown field" + meant(name, names));
          }
        });
  }

  private static String meant(String word, java.util.Collection<String> known) {
    return Suggestion.nearest(word, known).map(s -> "; did you mean '" + s + "'?").orElse("");
  }
}
