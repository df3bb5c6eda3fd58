package dev.weir.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** A command that asks a deployment and prints the answer, for people or as JSON. */
abstract class ApiCommand extends WithHelp implements Callable<Integer> {

  /** The largest JSON file that a command reads, in bytes. */
  private static final long FILE_MAX_BYTES = 1 << 20;

  @Mixin Connection connection = new Connection();

  Api api() {
    return new Api(connection.base(), connection.controlToken());
  }

  /** Prints the answer as JSON, or what {@code text} makes of it. */
  int show(JsonNode answer, Function<JsonNode, String> text) {
    if (connection.json) {
      out().println(pretty(answer));
    } else {
      out().print(text.apply(answer).stripTrailing() + System.lineSeparator());
    }
    out().flush();
    return Exit.OK;
  }

  /**
   * Prints all items of a list, page after page, or a sentence where there are none. More than
   * {@link Api#ITEMS_MAX} are not printed silently: the last line says that there are more.
   */
  int list(String path, String none, Column... columns) {
    return list(api().all(path), none, columns);
  }

  /** Prints the items of an answer, and whether there are more. */
  int list(JsonNode answer, String none, Column... columns) {
    return show(
        answer,
        a -> {
          if (a.path("items").isEmpty()) {
            return none;
          }
          String table = TextTable.of(a.path("items"), columns).toString();
          int shown = a.path("items").size();
          return a.has("next") ? table + "… the first " + shown + "; there are more" : table;
        });
  }

  static String pretty(JsonNode node) {
    try {
      return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A field as text; empty where it is absent. */
  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isContainerNode() ? value.toString() : value.asText("");
  }

  /** The items of an array, in a row. */
  static String words(JsonNode array, String between) {
    StringJoiner words = new StringJoiner(between);
    array.forEach(word -> words.add(word.asText()));
    return words.toString();
  }

  static JsonNode readJson(Path file) {
    byte[] bytes = readFile(file, FILE_MAX_BYTES);
    try {
      return Json.MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw Failure.usage(
          "%s is no JSON: %s (line %d, column %d)"
              .formatted(
                  file,
                  e.getOriginalMessage(),
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 0 : e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw Failure.machine(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  static byte[] readFile(Path file, long maxBytes) {
    try {
      if (!Files.isRegularFile(file)) {
        throw Failure.usage("there is no file " + file);
      }
      if (Files.size(file) > maxBytes) {
        throw Failure.usage("%s: %d B > %d B".formatted(file, Files.size(file), maxBytes));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Failure.machine(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  static void writeFile(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw Failure.machine(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
