package dev.weir.core.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.core.json.Json;
import dev.weir.core.model.Task;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecipeParserTest {

  private static final String DATA = "\"data\":{\"dataset\":\"d\",\"label\":\"y\"}";

  @Test
  void whatIsLeftOutHasADefault() {
    Recipe recipe = RecipeParser.parse("{\"recipe\":\"tabular-classification\"," + DATA + "}");
    assertEquals(Task.TABULAR_CLASSIFICATION, recipe.recipe());
    assertEquals(List.of(32), recipe.model().hidden());
    assertEquals(0.001, recipe.optimizer().learningRate());
    assertEquals(42, recipe.training().seed());
    assertEquals(Json.read(Json.write(recipe), Recipe.class), recipe);
  }

  @Test
  void aWrittenRecipeParsesToItself() {
    Recipe recipe =
        RecipeParser.parse(
            """
            {"recipe":"text-classification","data":{"dataset":"d","version":3,"label":"intent",
             "text":"text","outOfScope":"none"},"encoders":["all-minilm-l6-v2-q"],
             "optimizer":{"type":"adamw","learningRate":0.01}}
            """);
    assertEquals(List.of("all-minilm-l6-v2-q"), recipe.encoders());
    assertEquals(recipe, Json.read(Json.write(recipe), Recipe.class));
    assertEquals(recipe.sha256(), Json.read(Json.write(recipe), Recipe.class).sha256());
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void whatWeirWritesItCanParse(Task task) {
    String text = task == Task.TEXT_CLASSIFICATION ? ",\"text\":\"t\"" : "";
    Recipe recipe =
        RecipeParser.parse(
            "{\"recipe\":\"%s\",\"data\":{\"dataset\":\"d\",\"label\":\"y\"%s}}"
                .formatted(task.wireName(), text));
    assertEquals(recipe, RecipeParser.parse(Json.write(recipe)));
  }

  @Test
  void unknownFieldsAreRefusedWithPathAndSuggestion() {
    Problem problem =
        problem(
            """
            {"recipe":"tabular-classification","data":{"dataset":"d","label":"y"},
             "optimizer":{"learning_rate":0.1},"epochs":3,"trainning":{"epochs":3}}
            """);
    assertEquals(422, problem.status());
    assertEquals(
        List.of("/optimizer/learning_rate", "/epochs", "/trainning"),
        problem.errors().stream().map(Problem.Violation::pointer).toList());
    assertEquals("unknown field; did you mean 'learningRate'?", problem.errors().get(0).detail());
    assertEquals("unknown field", problem.errors().get(1).detail());
    assertEquals("unknown field; did you mean 'training'?", problem.errors().get(2).detail());
    assertTrue(problem.detail().contains("breaks 3 rules"), problem.detail());
  }

  @Test
  void wrongTypesRangesAndChoicesAreAllReported() {
    Problem problem =
        problem(
            """
            {"recipe":"tabular-regresion","data":{"dataset":"d"},"split":{"test":0.9},
             "model":{"hidden":[0,"8"]},"training":{"epochs":1.5,"seed":"x"}}
            """);
    Map<String, String> byPointer = new TreeMap<>();
    problem.errors().forEach(v -> byPointer.putIfAbsent(v.pointer(), v.detail()));
    assertTrue(byPointer.get("/recipe").contains("did you mean 'tabular-regression'?"));
    assertEquals("required", byPointer.get("/data/label"));
    assertEquals("0.9 not in 0.05..0.5", byPointer.get("/split/test"));
    assertEquals("0 is not a whole number in 1..4096", byPointer.get("/model/hidden"));
    assertEquals("1.5 is not a whole number", byPointer.get("/training/epochs"));
    assertEquals("\"x\" is not a whole number", byPointer.get("/training/seed"));
  }

  @Test
  void malformedJsonNamesLineAndColumn() {
    Problem problem = problem("{\"recipe\": tabular}");
    assertEquals(400, problem.status());
    assertTrue(problem.detail().contains("line 1 column"), problem.detail());
  }

  @Test
  void aRecipeOverTheLimitIsRefused() {
    Problem problem = problem("{\"recipe\":\"" + "x".repeat(RecipeParser.RECIPE_MAX_BYTES) + "\"}");
    assertEquals(413, problem.status());
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void theSchemaNamesExactlyTheFieldsThatAreRead(Task task) throws IOException {
    Map<String, Set<String>> published = new TreeMap<>();
    try (InputStream in = RecipeParser.class.getResourceAsStream("recipe.schema.json")) {
      JsonNode schema = Json.MAPPER.readTree(in);
      collect(schema, schema.at("/$defs/" + task.wireName()), "", published);
    }
    Map<String, Set<String>> read = new TreeMap<>();
    RecipeParser.known(task).forEach((pointer, names) -> read.put(pointer, new TreeSet<>(names)));
    assertEquals(published, read);
  }

  private static void collect(
      JsonNode schema, JsonNode node, String pointer, Map<String, Set<String>> into) {
    JsonNode type = node.has("$ref") ? schema.at(node.get("$ref").asText().substring(1)) : node;
    if (!type.path("type").asText().equals("object")) {
      return;
    }
    Set<String> names = new TreeSet<>();
    type.get("properties").fieldNames().forEachRemaining(names::add);
    into.put(pointer, names);
    names.forEach(n -> collect(schema, type.get("properties").get(n), pointer + "/" + n, into));
  }

  private static Problem problem(String json) {
    return assertThrows(ProblemException.class, () -> RecipeParser.parse(json)).problem();
  }
}
